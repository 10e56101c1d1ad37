//! [`say`]: a [`Message`] in the learner's language.

use crate::i18n::{Arguments, Texts};
use crate::verify::{Argument, Message};

/// The sentence a message stands for. Messages inside it are said first and joined by the language's separator.
pub fn say(texts: &Texts, message: &Message) -> String {
    let arguments = message.arguments.iter().fold(Arguments::new(), |arguments, (name, argument)| match argument {
        Argument::Text(text) => arguments.text(name, text.clone()),
        Argument::Number(number) => arguments.number(name, *number),
        Argument::Messages(messages) => {
            let said: Vec<String> = messages.iter().map(|message| say(texts, message)).collect();
            arguments.text(name, said.join(&texts.text("list-separator")))
        }
    });
    texts.with(message.id, &arguments)
}
