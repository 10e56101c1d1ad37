//! Markdown to terminal: wrapped prose, lists, code. Plain text keeps the marks that carry meaning.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use textwrap::{WordSeparator, WordSplitter, WrapAlgorithm};

use crate::render::terminal::{Look, Paint};

/// Stands for a space that must not be broken at, inside short code.
const GLUE: char = '\u{e000}';
/// Code longer than this may be broken.
const CODE_COLUMNS_UNBROKEN_MAX: usize = 40;

/// The text as lines for this terminal, ending with a line break unless empty.
pub fn render_markdown(text: &str, look: Look) -> String {
    let mut page =
        Page { look, out: String::new(), line: String::new(), blocks: Vec::new(), paints: Vec::new(), gap: false };
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        page.event(event);
    }
    page.flush();
    page.out
}

/// One paragraph of Markdown behind a label, its following lines aligned under the first.
pub(super) fn render_hanging(label: &str, text: &str, look: Look) -> String {
    let width = textwrap::core::display_width(label);
    let narrow = Look { columns: look.columns.saturating_sub(width).max(20), ..look };
    let body = render_markdown(text, narrow);
    let margin = " ".repeat(width);
    let mut out = String::new();
    for (index, line) in body.lines().enumerate() {
        let lead = if index == 0 { label } else { &margin };
        out.push_str(format!("{lead}{line}").trim_end());
        out.push('\n');
    }
    out
}

/// What a line stands in, outermost first.
enum Block {
    Quote,
    /// The next number, when numbered.
    List(Option<u64>),
    /// Its mark, until written.
    Item {
        mark: Option<String>,
        width: usize,
    },
    Code,
}

struct Page {
    look: Look,
    out: String,
    line: String,
    blocks: Vec<Block>,
    paints: Vec<Paint>,
    /// A blank line is due before the next block.
    gap: bool,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code_block() => self.line.push_str(&text),
            Event::Text(text) => self.inline(&text),
            Event::Code(code) => self.code(&code),
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.line.push('\n'),
            Event::Rule => {
                self.flush();
                self.write_wrapped("———");
            }
            Event::Html(text) | Event::InlineHtml(text) => self.inline(&text),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.flush();
                self.paints.push(Paint::Heading);
            }
            Tag::Strong => self.paints.push(Paint::Strong),
            Tag::Emphasis => {
                self.paints.push(Paint::Emphasis);
                self.mark_emphasis();
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.blocks.push(Block::Quote);
            }
            Tag::List(first) => {
                self.flush();
                self.blocks.push(Block::List(first));
            }
            Tag::Item => {
                self.flush();
                let mark = match self.blocks.last_mut() {
                    Some(Block::List(Some(number))) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ if self.look.plain => "- ".to_owned(),
                    _ => "• ".to_owned(),
                };
                let width = mark.chars().count();
                self.blocks.push(Block::Item { mark: Some(mark), width });
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let _: CodeBlockKind<'_> = kind;
                self.blocks.push(Block::Code);
            }
            Tag::Paragraph => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.paints.pop();
                self.gap = true;
            }
            TagEnd::Strong => {
                self.paints.pop();
            }
            TagEnd::Emphasis => {
                self.mark_emphasis();
                self.paints.pop();
            }
            TagEnd::Paragraph => {
                self.flush();
                self.gap = true;
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush();
                self.blocks.pop();
                self.gap = true;
            }
            TagEnd::Item => {
                self.flush();
                self.blocks.pop();
                // Items of a tight list stand close together.
                self.gap = false;
            }
            TagEnd::CodeBlock => {
                self.blocks.pop();
                let code = std::mem::take(&mut self.line);
                self.code_block(&code);
                self.gap = true;
            }
            _ => {}
        }
    }

    fn in_code_block(&self) -> bool {
        matches!(self.blocks.last(), Some(Block::Code))
    }

    /// Without colours, stress is kept as it was written.
    fn mark_emphasis(&mut self) {
        if !self.look.colour {
            self.line.push('*');
        }
    }

    fn inline(&mut self, text: &str) {
        match self.paints.last() {
            // Painted word by word: an escape must not span a line break.
            Some(paint) => {
                let painted: Vec<String> = text
                    .split(' ')
                    .map(|word| if word.is_empty() { String::new() } else { self.look.paint(*paint, word) })
                    .collect();
                self.line.push_str(&painted.join(" "));
            }
            None => self.line.push_str(text),
        }
    }

    fn code(&mut self, code: &str) {
        let shown = if self.look.colour { code.to_owned() } else { format!("`{code}`") };
        let glued = if code.chars().count() <= CODE_COLUMNS_UNBROKEN_MAX {
            shown.replace(' ', &GLUE.to_string())
        } else {
            shown
        };
        self.line.push_str(&self.look.paint(Paint::Code, &glued));
    }

    fn code_block(&mut self, code: &str) {
        self.open_block();
        let (_, margin) = self.margins();
        for line in code.lines() {
            self.out.push_str(format!("{margin}    {}", self.look.paint(Paint::Code, line)).trim_end());
            self.out.push('\n');
        }
    }

    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            self.write_wrapped(line.trim());
        }
    }

    fn open_block(&mut self) {
        if self.gap && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.gap = false;
    }

    fn write_wrapped(&mut self, text: &str) {
        self.open_block();
        let (first, rest) = self.margins();
        let options = textwrap::Options::new(self.look.columns)
            .initial_indent(&first)
            .subsequent_indent(&rest)
            // Nowhere but at spaces: what is broken elsewhere, a path above all, cannot be typed back.
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        for (index, paragraph) in text.split('\n').enumerate() {
            let options = if index == 0 { options.clone() } else { options.clone().initial_indent(&rest) };
            for line in textwrap::wrap(paragraph, options) {
                self.out.push_str(&line.replace(GLUE, " "));
                self.out.push('\n');
            }
        }
    }

    /// What stands before the first and the following lines of the present block.
    fn margins(&mut self) -> (String, String) {
        let mut first = String::new();
        let mut rest = String::new();
        for block in &mut self.blocks {
            match block {
                Block::Quote => {
                    first.push_str("  ");
                    rest.push_str("  ");
                }
                Block::Item { mark, width } => {
                    let blank = " ".repeat(*width);
                    first.push_str(mark.take().as_deref().unwrap_or(&blank));
                    rest.push_str(&blank);
                }
                Block::List(_) | Block::Code => {}
            }
        }
        (first, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "## Un titre\n\nDocker lance des programmes dans des **conteneurs** (*containers*) : des processus à qui l'on prête leurs propres fichiers.\n\n- une `couche` (*layer*) : un paquet de fichiers, posé sur d'autres paquets de fichiers, et ainsi de suite ;\n- deux\n\n1. un\n2. deux\n\n```\ndocker run hello-world\n  ls\n```\n\nFin.";

    #[test]
    fn plain_prose_is_wrapped_and_keeps_its_marks() {
        insta::assert_snapshot!(render_markdown(SAMPLE, Look::PLAIN), @r"
        Un titre

        Docker lance des programmes dans des conteneurs (*containers*) : des processus à
        qui l'on prête leurs propres fichiers.

        - une `couche` (*layer*) : un paquet de fichiers, posé sur d'autres paquets de
          fichiers, et ainsi de suite ;
        - deux

        1. un
        2. deux

            docker run hello-world
              ls

        Fin.
        ");
    }

    #[test]
    fn a_path_is_not_broken_at_its_slashes() {
        let text = "**Objectif :** qu’un conteneur d’`alpine`, avec entrée et terminal, ait créé `/home/moi`, puis se soit arrêté.";
        let look = Look { colour: true, plain: false, columns: 80 };
        assert!(render_markdown(text, look).contains("/home/moi"));
    }

    #[test]
    fn colours_stay_within_a_line() {
        let look = Look { colour: true, plain: false, columns: 30 };
        for line in render_markdown(SAMPLE, look).lines() {
            let opened = line.matches("\u{1b}[").count();
            assert_eq!(opened % 2, 0, "{line:?}");
        }
    }

    #[test]
    fn short_code_is_never_broken() {
        let text = "Une ligne assez longue pour que le code tombe au bord du texte : `docker run alpine` et la suite.";
        assert!(render_markdown(text, Look::PLAIN).contains("`docker run alpine`"));
        assert!(!render_markdown(text, Look::PLAIN).contains(GLUE));
    }
}
