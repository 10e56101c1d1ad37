//! A [`Message`] of the checks, in words.

use crate::i18n::{Arguments, Texts};
use crate::verify::{Argument, Message};

/// The sentence in the learner's language; messages inside it are said first and joined.
pub fn render_message(texts: &Texts, message: &Message) -> String {
    let mut arguments = Arguments::new();
    for (name, argument) in &message.arguments {
        arguments = match argument {
            Argument::Text(text) => arguments.text(name, text.clone()),
            Argument::Number(number) => arguments.number(name, *number),
            Argument::Messages(messages) => {
                let parts: Vec<String> = messages.iter().map(|message| render_message(texts, message)).collect();
                arguments.text(name, parts.join(&texts.text("list-separator")))
            }
        };
    }
    texts.with(message.id, &arguments)
}
