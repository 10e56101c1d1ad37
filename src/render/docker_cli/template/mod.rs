//! Go templates (`text/template` and Docker's own functions), as far as `--format` goes.
//!
//! Ours and not a crate's: Docker prints objects in the order of their fields (`{{json .}}`) and words its errors
//! with the place in the template; the crate at hand (gtmpl) keeps objects in hash maps and has its own words.
//! Left out: `define`, `template`, `block`, which `--format` has no use for.

mod evaluate;
mod functions;
mod parse;
mod print;
mod scan;

use serde_json::Value;

use parse::Node;

/// A template that was read.
#[derive(Debug)]
pub struct Template {
    name: String,
    source: String,
    nodes: Vec<Node>,
    missing: MissingField,
}

/// What a field that is not there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingField {
    /// An error that names the Go type Docker would have looked in.
    OfType(&'static str),
    /// The same at the top, and `<no value>` in the maps below.
    OfTypeOrNoValue(&'static str),
    /// An error about a map without that key (`inspect`).
    NoSuchKey,
    /// `<no value>`.
    NoValue,
}

impl Template {
    /// Reads a template. `name` is in its error messages; Docker mostly uses none.
    ///
    /// # Errors
    /// Docker's sentence, `template parsing error: ` in front.
    pub fn parse(name: &str, source: &str, missing: MissingField) -> Result<Self, String> {
        let nodes = parse::parse(source)
            .map_err(|error| format!("template parsing error: template: {name}:{}: {}", error.line, error.message))?;
        Ok(Self { name: name.to_owned(), source: source.to_owned(), nodes, missing })
    }

    /// Fills the template in.
    ///
    /// # Errors
    /// Docker's sentence.
    pub fn render(&self, data: &Value) -> Result<String, String> {
        evaluate::render(&self.nodes, data, &self.missing).map_err(|error| {
            let before = &self.source[..error.position.min(self.source.len())];
            let line = 1 + before.matches('\n').count();
            let column = before.rfind('\n').map_or(before.len(), |newline| before.len() - newline);
            format!(
                "template parsing error: template: {}:{line}:{column}: executing \"{}\" at <{}>: {}",
                self.name, self.name, error.text, error.message
            )
        })
    }
}

/// The mark of a row: the key under which it keeps what `.Label "name"` looks up. Never shown.
pub const LABELS_KEY: &str = "\0labels";

/// The key under which an object keeps what `json` makes of it, when its fields are written under other names. Never shown.
pub const JSON_KEY: &str = "\0json";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(source: &str, data: &Value) -> String {
        Template::parse("", source, MissingField::NoSuchKey).unwrap().render(data).unwrap()
    }

    #[test]
    fn fields_and_actions() {
        let data = json!({
            "Names": "web", "Status": "Up 3 seconds", "State": {"Status": "running", "Pid": 12, "Error": ""},
            "Mounts": [{"Name": "a", "Destination": "/a"}, {"Name": "b", "Destination": "/b"}],
            "Config": {"Labels": {"k": "v", "a": "z"}, "Cmd": ["sh", "-c"], "Env": null},
        });
        for (source, expected) in [
            ("{{.Names}}\t{{.Status}}", "web\tUp 3 seconds"),
            ("{{.State.Status}} {{.State.Pid}}", "running 12"),
            ("{{range .Mounts}}{{.Destination}} {{end}}", "/a /b "),
            ("{{range $i, $m := .Mounts}}{{$i}}={{$m.Name}};{{end}}", "0=a;1=b;"),
            ("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}", "a=z k=v "),
            ("{{index .Config.Labels \"k\"}} {{index .Config.Cmd 1}}", "v -c"),
            (
                "{{json .Config.Cmd}} {{json .State}}",
                "[\"sh\",\"-c\"] {\"Status\":\"running\",\"Pid\":12,\"Error\":\"\"}",
            ),
            ("{{.Config.Cmd}} {{len .Mounts}} {{.Config.Env}}", "[sh -c] 2 <nil>"),
            ("{{if eq .State.Status \"running\"}}yes{{else}}no{{end}}", "yes"),
            ("{{if .State.Error}}a{{else if gt .State.Pid 10}}b{{else}}c{{end}}", "b"),
            ("{{with .State}}{{.Pid}}{{end}}{{with .State.Error}}x{{else}}none{{end}}", "12none"),
            ("{{range .Config.Env}}x{{else}}empty{{end}}", "empty"),
            (
                "{{upper .Names}} {{title \"ab cd\"}} {{join .Config.Cmd \"/\"}} {{.Names | printf \"%-5s|\"}}",
                "WEB Ab Cd sh/-c web  |",
            ),
            ("{{.Names -}}  a  {{- 1}}{{/* nothing */}}", "weba1"),
            ("{{println \"x\"}}{{print 1 2 \"a\" \"b\" 3}} {{pad \"a\" 1 2}}|", "x\n1 2ab3  a  |"),
            ("{{(index .Mounts 0).Name}} {{$x := 3}}{{$x}} {{not true}} {{and 1 0}} {{or 0 \"d\"}}", "a 3 false 0 d"),
            ("{{range .Mounts}}{{if eq .Name \"b\"}}{{break}}{{end}}{{.Name}}{{$.Names}}{{end}}", "aweb"),
            ("{{truncate \"abcdef\" 3}} {{slice \"abcd\" 1 2}} {{split \"a,b\" \",\"}}", "abc b [a b]"),
        ] {
            assert_eq!(render(source, &data), expected, "{source}");
        }
    }

    #[test]
    fn errors_are_gos() {
        let refuse = |source: &str| Template::parse("", source, MissingField::NoSuchKey).unwrap_err();
        for (source, expected) in [
            ("{{", "template parsing error: template: :1: unclosed action"),
            ("{{foo .X}}", "template parsing error: template: :1: function \"foo\" not defined"),
            ("{{end}}", "template parsing error: template: :1: unexpected {{end}}"),
            ("{{if}}", "template parsing error: template: :1: missing value for if"),
            ("{{}}", "template parsing error: template: :1: missing value for command"),
            ("{{if .X}}x", "template parsing error: template: :1: unexpected EOF"),
            ("{{$x}}", "template parsing error: template: :1: undefined variable \"$x\""),
            ("{{\"a", "template parsing error: template: :1: unterminated quoted string"),
        ] {
            assert_eq!(refuse(source), expected, "{source}");
        }
        let template = Template::parse("", "{{.Foo}}", MissingField::NoSuchKey).unwrap();
        assert_eq!(
            template.render(&json!({})).unwrap_err(),
            "template parsing error: template: :1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\""
        );
    }
}
