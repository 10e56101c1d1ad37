//! The build checks: each of the 22 rules on a Dockerfile that breaks it and no other.

use std::collections::BTreeSet;

use moussaillon::engine::build::{BuildEvent, BuildOutput, BuildRequest, LintRule, ProgressEvent};

use moussaillon::engine::archive::ImportRequest;
use moussaillon::engine::oci::Platform;

use super::harness::{Told, Yard};

fn warnings(told: &Told) -> Vec<String> {
    let finished = told.events.iter().find_map(|event| match event {
        BuildEvent::Progress(ProgressEvent::Finished { warnings }) => Some(warnings),
        _ => None,
    });
    finished.unwrap().iter().map(moussaillon::engine::build::LintWarning::summary).collect()
}

/// A Dockerfile that breaks one rule, and what is said.
const BROKEN: &[(&str, &str)] = &[
    ("FROM alpine AS Base\n", "StageNameCasing: Stage name 'Base' should be lowercase (line 1)"),
    ("FROM alpine as a\n", "FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)"),
    ("FROM alpine\nRUN true \\\n\n  && true\n", "NoEmptyContinuation: Empty continuation line (line 4)"),
    (
        "FROM alpine\nRUN true\nrun true\n",
        "ConsistentInstructionCasing: Command 'run' should match the case of the command majority (uppercase) (line 3)",
    ),
    (
        "FROM alpine AS a\nFROM scratch AS b\nFROM alpine AS a\n",
        "DuplicateStageName: Duplicate stage name \"a\", stage names should be unique (line 3)",
    ),
    (
        "FROM alpine AS context\n",
        "ReservedStageName: Stage name should not use the same name as reserved stage \"context\" (line 1)",
    ),
    (
        "FROM alpine\nCMD true\n",
        "JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (line 2)",
    ),
    (
        "FROM alpine\nMAINTAINER me\n",
        "MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label (line 2)",
    ),
    (
        "ARG VERSION=latest\nFROM alpine:${VERSON:-latest}\n",
        "UndefinedArgInFrom: FROM argument 'VERSON' is not declared (did you mean VERSION?) (line 2)",
    ),
    (
        "FROM alpine\nWORKDIR app\n",
        "WorkdirRelativePath: Relative workdir \"app\" can have unexpected results if the base image changes (line 2)",
    ),
    (
        "FROM alpine\nARG NAME=x\nLABEL a=$NANE\n",
        "UndefinedVar: Usage of undefined variable '$NANE' (did you mean $NAME?) (line 3)",
    ),
    (
        "FROM alpine\nCMD [\"a\"]\nCMD [\"b\"]\n",
        "MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the same stage because only the last one will be used (line 2)",
    ),
    (
        "FROM alpine\nENV A b\n",
        "LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV key value\" format (line 2)",
    ),
    (
        "FROM --platform=$TARGETPLATFORM alpine\n",
        "RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior (line 1)",
    ),
    (
        "FROM alpine\nARG API_KEY\n",
        "SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG \"API_KEY\") (line 2)",
    ),
    (
        "FROM --platform=linux alpine\n",
        "FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value \"linux\" (line 1)",
    ),
    (
        "FROM alpine\nEXPOSE 80/TCP\n",
        "ExposeProtoCasing: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase (line 2)",
    ),
    (
        "FROM alpine\nEXPOSE 8080:80\n",
        "ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '8080:80' (line 2)",
    ),
    (
        "# check=experimental=all\n\n# not about it\nARG X\nFROM alpine\n",
        "InvalidDefinitionDescription: Comment for ARG should follow the format: `# X <description>` (line 4)",
    ),
];

#[test]
fn each_rule_speaks_where_it_is_broken() {
    let Some(yard) = Yard::open() else { return };
    yard.file(".dockerignore", "secret\n").file("secret", "x").file("f", "f");
    let mut seen = BTreeSet::new();
    for (dockerfile, expected) in BROKEN {
        let told = yard.build(dockerfile);
        yard.built(&told);
        assert_eq!(warnings(&told), [*expected], "{dockerfile:?}");
        seen.insert(expected.split(':').next().unwrap().to_owned());
    }
    // A build fails on what it does not find: only looked at.
    let request = BuildRequest { output: BuildOutput::Check, ..yard.request("FROM alpine\nCOPY secret /\n") };
    let ignored = "CopyIgnoredFile: Attempting to Copy file \"secret\" that is excluded by .dockerignore (line 2)";
    assert_eq!(warnings(&yard.build_with(&request)), [ignored]);
    let request = BuildRequest {
        build_args: vec![("BASE".to_owned(), "alpine".to_owned())],
        ..yard.request("ARG BASE\nFROM $BASE\n")
    };
    let default =
        "InvalidDefaultArgInFrom: Default value for ARG $BASE results in empty or invalid base image name (line 2)";
    assert_eq!(warnings(&yard.build_with(&request)), [default]);
    another_machine(&yard);
    seen.extend(["CopyIgnoredFile", "InvalidDefaultArgInFrom", "InvalidBaseImagePlatform"].map(str::to_owned));
    assert_eq!(LintRule::ALL.len(), 22);
    assert_eq!(seen, LintRule::ALL.iter().map(ToString::to_string).collect());
}

/// A base image of another machine, only looked at.
fn another_machine(yard: &Yard) {
    let (host, other) = (Platform::host(), Platform { os: "linux".to_owned(), architecture: "riscv64".to_owned() });
    let empty = yard.outside().join("empty.tar");
    std::fs::write(&empty, [0; 1024]).unwrap();
    let request = ImportRequest {
        reference: Some("foreign".parse().unwrap()),
        platform: Some(other.clone()),
        ..ImportRequest::default()
    };
    yard.engine.import_image(std::fs::File::open(&empty).unwrap(), "-", &request).unwrap();
    let request = BuildRequest { output: BuildOutput::Check, ..yard.request("FROM foreign\n") };
    let foreign = format!(
        "InvalidBaseImagePlatform: Base image foreign was pulled with platform \"{other}\", expected \"{host}\" for current build (line 1)"
    );
    assert_eq!(warnings(&yard.build_with(&request)), [foreign]);
}

#[test]
fn rules_can_be_silenced_and_made_errors() {
    let Some(yard) = Yard::open() else { return };
    for dockerfile in [
        "FROM alpine\nENTRYPOINT [\"a\"]\nEXPOSE 80\nENV KEYBOARD=a\nWORKDIR /a\nWORKDIR b\nRUN echo $NOTHING\n",
        "# check=skip=JSONArgsRecommended\nFROM alpine\nCMD true\n",
        "# check=skip=all\nFROM alpine as A\ncmd true\n",
        "FROM alpine\n# check=skip=JSONArgsRecommended\nCMD true\n",
        "FROM alpine\nSHELL [\"/bin/sh\", \"-c\"]\nCMD true\n",
    ] {
        assert_eq!(warnings(&yard.build(dockerfile)), Vec::<String>::new(), "{dockerfile}");
    }
    let failure = yard.build("# check=error=true\nFROM alpine\nCMD true\nMAINTAINER x\n").failure();
    assert_eq!(failure.to_string(), "lint violation found for rules: JSONArgsRecommended, MaintainerDeprecated");
    let failure = yard.build("# check=louder=true\nFROM alpine\n").failure();
    assert_eq!(failure.to_string(), "invalid check option \"louder\"");
    let told = yard.classic("FROM alpine\nCMD true\n");
    assert!(told.result.is_ok(), "the classic builder checks nothing");
}

#[test]
fn each_rule_is_explained_in_both_languages() {
    let home = tempfile::tempdir().unwrap();
    let explained = |rule: LintRule, language: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_moussaillon"))
            .args(["-c", &format!("explique {rule}")])
            .env("HOME", home.path())
            .env("MOUSSAILLON_ETAT", home.path().join("etat"))
            .env("MOUSSAILLON_LANG", language)
            .output()
            .unwrap();
        assert!(output.status.success(), "{rule} {language}");
        String::from_utf8(output.stdout).unwrap()
    };
    for rule in LintRule::ALL {
        let [french, english] = ["fr", "en"].map(|language| explained(rule, language));
        for text in [&french, &english] {
            // The rule's own name, a sentence of ours, and Docker's page where there is one.
            let page = rule.address().is_none_or(|address| text.replace(['\n', ' '], "").contains(&address));
            assert!(text.contains(&rule.to_string()) && page && text.split_whitespace().count() > 12, "{rule}: {text}");
            assert!(!text.contains("lint-"), "{rule}: {text}");
        }
        assert_ne!(french, english, "{rule}");
    }
}
