//! From text to instructions: our own cases.

use moussaillon::engine::build::syntax::{Dockerfile, DockerfileError, Form, Instruction, Misread, Span, parse_file};

fn dump(text: &str) -> String {
    let parsed = parse_file(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    parsed.nodes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn lines_are_joined_and_comments_passed_over() {
    let text = "\u{feff}# a comment\nFROM alpine \\\n  AS base\n\nRUN echo a && \\\n# inside\n\n    # indented\n    echo b\r\n";
    assert_eq!(dump(text), "(from \"alpine\" \"AS\" \"base\")\n(run \"echo a &&     echo b\")");
    let spans: Vec<Span> = parse_file(text).unwrap().nodes.iter().map(|node| node.span).collect();
    assert_eq!(spans, [Span { first: 2, last: 3 }, Span { first: 5, last: 9 }]);
}

#[test]
fn an_escaped_escape_does_not_continue() {
    assert_eq!(dump("ENV A b\\\\\nENV C d"), "(env \"A\" \"b\\\\\\\\\" \"\")\n(env \"C\" \"d\" \"\")");
}

#[test]
fn the_escape_directive_stands_first_and_once() {
    assert_eq!(dump("# escape=`\nRUN a `\n  b"), "(run \"a   b\")");
    assert_eq!(dump("# comment\n# escape=`\nRUN a \\\n b"), "(run \"a  b\")");
    assert_eq!(
        parse_file("#escape=`\n#escape=`\nRUN a").unwrap_err().message,
        "only one escape parser directive can be used"
    );
    assert_eq!(parse_file("# escape=x\nRUN a").unwrap_err().message, "invalid escape token 'x' does not match ` or \\");
}

#[test]
fn both_forms_are_told_apart() {
    assert_eq!(dump("CMD [\"a\", \"b c\"]"), "(cmd \"a\" \"b c\")");
    assert_eq!(dump("CMD ['a']"), "(cmd \"['a']\")");
    assert_eq!(dump("RUN [\"a\""), "(run \"[\\\"a\\\"\")");
    assert!(parse_file("CMD [\"a\", 1]").is_err());
}

#[test]
fn names_and_values_have_two_shapes() {
    assert_eq!(dump("ENV A  b c"), "(env \"A\" \"b c\" \"\")");
    assert_eq!(dump("ENV A=b C='d e'"), "(env \"A\" \"b\" \"=\" \"C\" \"'d e'\" \"=\")");
    assert_eq!(dump("ARG A=1 B \"C=x y\""), "(arg \"A=1\" \"B\" \"\\\"C=x y\\\"\")");
    assert_eq!(parse_file("ENV A").unwrap_err().message, "ENV must have two arguments");
    let message = parse_file("ENV A=b C").unwrap_err().message;
    assert_eq!(message, "Syntax error - can't find = in \"C\". Must be of the form: name=value");
}

#[test]
fn flags_come_before_the_words() {
    assert_eq!(dump("COPY --from=a --chown='x' b /"), "(copy [\"--from=a\" \"--chown=x\"] \"b\" \"/\")");
    assert_eq!(dump("CMD -- --x"), "(cmd \"--x\")");
}

#[test]
fn here_documents_belong_to_their_instruction() {
    let text = "FROM a\nRUN <<EOF\necho 1\n# kept\nEOF\nCOPY <<-\"A\" <<B /dir/\n\tx $y\n\tA\nz\nB\nUSER u\n";
    let dockerfile = Dockerfile::parse(text).unwrap();
    let statements = &dockerfile.stages[0].statements;
    let Instruction::Run(run) = &statements[0].instruction else { panic!() };
    assert_eq!(run.here_documents[0].content, "echo 1\n# kept\n");
    assert_eq!(statements[0].span, Span { first: 2, last: 5 });
    let Instruction::Copy(copy) = &statements[1].instruction else { panic!() };
    assert_eq!(copy.inline.len(), 2);
    assert_eq!(copy.inline[0].text(), "x $y\n");
    assert_eq!(copy.inline[0].variables, moussaillon::engine::build::syntax::HereVariables::Kept);
    assert_eq!(copy.inline[1].text(), "z\n");
    assert!(matches!(&statements[2].instruction, Instruction::User(user) if user == "u"));
    assert_eq!(parse_file("RUN <<E\nx\n").unwrap_err().message, "unterminated heredoc");
}

#[test]
fn stages_are_found() {
    let text =
        "ARG V=3\nFROM alpine:$V AS Builder\nRUN a\nFROM scratch\nCOPY --from=builder /a /\nENTRYPOINT [\"/a\"]\n";
    let dockerfile = Dockerfile::parse(text).unwrap();
    assert_eq!(dockerfile.global_arguments.len(), 1);
    assert_eq!(dockerfile.stages.len(), 2);
    assert_eq!(dockerfile.stages[0].name.as_deref(), Some("builder"));
    assert_eq!(dockerfile.stages[0].base, "alpine:$V");
    let Instruction::Entrypoint(command) = &dockerfile.stages[1].statements[1].instruction else { panic!() };
    assert_eq!((command.form, command.words.as_slice()), (Form::Exec, ["/a".to_owned()].as_slice()));
}

#[test]
fn what_is_wrong_is_said_in_dockers_words() {
    for (text, message, line) in [
        ("FROM a\nRUNN x", "unknown instruction: RUNN (did you mean RUN?)", 2),
        (
            "FROM a\n\nCOPY x",
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
            3,
        ),
        ("FROM a b", "FROM requires either one or three arguments", 1),
        ("FROM a AS 1", "invalid name for build stage: \"1\", name can't start with a number or contain symbols", 1),
        ("FROM a\nWORKDIR", "WORKDIR requires exactly one argument", 2),
        ("FROM a\nSHELL sh -c", "SHELL requires the arguments to be in JSON form, not: SHELL sh -c", 2),
        ("FROM a\nONBUILD ONBUILD RUN x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", 2),
        ("FROM a\nONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger", 2),
        ("FROM a\nCOPY --chow=1 a b", "unknown flag: --chow (did you mean chown?)", 2),
        ("FROM a\nHEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD", 2),
        ("FROM a\nVOLUME [\"\"]", "VOLUME specified can not be an empty string", 2),
    ] {
        match Dockerfile::parse(text).unwrap_err() {
            DockerfileError::Instruction { misread: Misread::Wrong(said), span } => {
                assert_eq!((said.as_str(), span.first), (message, line), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(matches!(Dockerfile::parse("RUN x"), Err(DockerfileError::NoStage(Span { first: 1, last: 1 }))));
    assert!(matches!(Dockerfile::parse("ARG x"), Err(DockerfileError::NoFrom)));
}

#[test]
fn what_we_cannot_do_is_refused_by_name() {
    for (text, name) in [
        ("FROM a\nADD --keep-git-dir a b", "ADD --keep-git-dir"),
        ("FROM a\nADD --keep-git-dir=true https://h/x.git b", "ADD --keep-git-dir"),
    ] {
        assert!(
            matches!(Dockerfile::parse(text), Err(DockerfileError::Instruction { misread: Misread::Unsupported(said), .. }) if said == name),
            "{text}"
        );
    }
}
