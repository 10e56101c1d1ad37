//! The prompt: `PS1` and `PS2` with busybox's escapes.

use std::collections::BTreeMap;

use super::Shell;
use super::parser::Parser;

impl Shell {
    /// The prompt that the variable `name` describes.
    pub(super) fn prompt(&mut self, name: &str) -> String {
        let escaped = self.state.get(name).unwrap_or_default().to_owned();
        let text = self.expand_escapes(&escaped);
        let aliases = BTreeMap::new();
        let Ok(word) = Parser::new(&text, 1, &aliases).here_text() else { return text };
        self.expand_text(&word).unwrap_or(text)
    }

    fn expand_escapes(&self, text: &str) -> String {
        let mut result = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c != '\\' {
                result.push(c);
                continue;
            }
            match rest.next() {
                Some('w') => result.push_str(&self.shown_directory()),
                Some('W') => {
                    let path = self.shown_directory();
                    result.push_str(path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("/"));
                }
                Some('h') => {
                    let name = host_name();
                    result.push_str(name.split('.').next().unwrap_or_default());
                }
                Some('H') => result.push_str(&host_name()),
                Some('u') => {
                    let user = nix::unistd::geteuid().as_raw();
                    result.push_str(&crate::userland::accounts::user_name(user));
                }
                // Doubled: what follows is expanded once more, where a lone `$` stands for itself.
                Some('$') => result.push(if nix::unistd::geteuid().is_root() { '#' } else { '$' }),
                Some('n') => result.push('\n'),
                Some('e') => result.push('\x1b'),
                Some('s') => result.push_str("sh"),
                Some('t') => result.push_str(&jiff::Zoned::now().strftime("%H:%M:%S").to_string()),
                Some('[' | ']') => {}
                Some(other) => {
                    result.push('\\');
                    result.push(other);
                }
                None => result.push('\\'),
            }
        }
        result
    }

    fn shown_directory(&self) -> String {
        let path = self.state.get("PWD").unwrap_or_default();
        match self.state.get("HOME").filter(|home| home.len() > 1) {
            Some(home) => match path.strip_prefix(home) {
                Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
                _ => path.to_owned(),
            },
            None => path.to_owned(),
        }
    }
}

fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
