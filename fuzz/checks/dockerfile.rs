use crate::engine::build::syntax::{Dockerfile, Expander, parse_statements, quote};

/// Every place lies in the text; every word can be expanded, or says why not; what is quoted is one word.
pub fn dockerfile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lookup = |name: &str| (name.len() % 2 == 0).then(|| name.to_owned());
    if let Ok(dockerfile) = Dockerfile::parse(text) {
        let lines = text.lines().count();
        for stage in &dockerfile.stages {
            assert!(stage.span.first >= 1 && stage.span.first <= stage.span.last && stage.span.last <= lines);
            let _ = Expander::for_words(dockerfile.escape).expand(&stage.base, &lookup);
            for statement in &stage.statements {
                let span = statement.span;
                assert!(span.first > stage.span.first && span.first <= span.last && span.last <= lines);
                for expander in [
                    Expander::for_words(dockerfile.escape),
                    Expander::for_titles(dockerfile.escape),
                    Expander::for_here_documents(),
                ] {
                    let _ = expander.expand(&statement.code, &lookup);
                }
            }
        }
    }
    let _ = parse_statements(text);
    assert!(quote(text).starts_with('"') && quote(text).ends_with('"'));
}
