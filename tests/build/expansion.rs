//! Word expansion: our own table.

use moussaillon::engine::build::syntax::Expander;

fn lookup(name: &str) -> Option<String> {
    match name {
        "HOME" => Some("/root".to_owned()),
        "EMPTY" => Some(String::new()),
        "FILE" => Some("archive.tar.gz".to_owned()),
        "TWO" => Some("one two".to_owned()),
        _ => None,
    }
}

#[test]
fn words_expand() {
    for (word, expected) in [
        ("plain", "plain"),
        ("$HOME/x", "/root/x"),
        ("${HOME}x", "/rootx"),
        ("$NONE", ""),
        (r"\$HOME", "$HOME"),
        (r"'$HOME'", "$HOME"),
        (r#""$HOME""#, "/root"),
        (r#""\$HOME""#, "$HOME"),
        (r#""a\nb""#, r"a\nb"),
        (r"a\ b", "a b"),
        ("${NONE:-x}", "x"),
        ("${EMPTY:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${HOME:+x}", "x"),
        ("${EMPTY:+x}", ""),
        ("${EMPTY+x}", "x"),
        ("${HOME:?}", "/root"),
        ("${NONE:-${HOME}/${NONE:-y}}", "/root/y"),
        ("${FILE%.*}", "archive.tar"),
        ("${FILE%%.*}", "archive"),
        ("${FILE#*.}", "tar.gz"),
        ("${FILE##*.}", "gz"),
        ("${FILE/a/A}", "Archive.tar.gz"),
        ("${FILE//a/A}", "Archive.tAr.gz"),
        ("a$", "a$"),
        ("$1x", "x"),
        ("été$HOME", "été/root"),
    ] {
        let expanded = Expander::for_words('\\').expand(word, &lookup);
        assert_eq!(expanded.map(|expanded| expanded.text), Ok(expected.to_owned()), "{word}");
    }
}

#[test]
fn what_does_not_close_is_refused() {
    for (word, reason) in [
        ("'a", "unexpected end of statement while looking for matching single-quote"),
        ("\"a", "unexpected end of statement while looking for matching double-quote"),
        ("${HOME", "unsupported modifier (\u{fffd}) in substitution"),
        ("${HOME:-x", "syntax error: missing '}'"),
        ("${}", "syntax error: bad substitution"),
        ("${HOME:=x}", "unsupported modifier (:=) in substitution"),
        ("${NONE?}", "NONE: is not allowed to be unset"),
        ("${EMPTY:?}", "EMPTY: is not allowed to be empty"),
        ("${NONE:?say why}", "NONE: say why"),
    ] {
        let error = Expander::for_words('\\').expand(word, &lookup).unwrap_err();
        assert_eq!(error.reason, reason, "{word}");
    }
}

#[test]
fn words_split_outside_quotes_only() {
    for (word, expected) in [
        ("$TWO", vec!["one", "two"]),
        ("\"$TWO\"", vec!["one two"]),
        ("80/tcp  $TWO", vec!["80/tcp", "one", "two"]),
        ("a\\ b c", vec!["a b", "c"]),
    ] {
        assert_eq!(Expander::for_words('\\').expand(word, &lookup).unwrap().words, expected, "{word}");
    }
}

#[test]
fn the_escape_character_can_be_the_backquote() {
    let expanded = Expander::for_words('`').expand(r"c:\dir\`$HOME", &lookup).unwrap();
    assert_eq!(expanded.text, r"c:\dir\$HOME");
}

#[test]
fn titles_keep_quotes_and_unknown_variables() {
    let expanded = Expander::for_titles('\\').expand(r#"RUN echo "hi $HOME" $NONE ${NONE:-x}"#, &lookup).unwrap();
    assert_eq!(expanded.text, r#"RUN echo "hi /root" $NONE ${NONE:-x}"#);
}

#[test]
fn here_documents_keep_quotes() {
    let expanded = Expander::for_here_documents().expand("it's \"$HOME\"\n", &lookup).unwrap();
    assert_eq!(expanded.text, "it's \"/root\"\n");
}
