//! The classic builder: steps, ids, intermediate images, `/bin/sh -c #(nop)`.

use moussaillon::engine::build::{BuildEvent, BuildFrontend, BuildRequest, ClassicEvent};

use super::harness::{Told, Yard};

/// The story without its ids.
fn story(told: &Told) -> Vec<String> {
    told.events
        .iter()
        .filter_map(|event| {
            let BuildEvent::Classic(event) = event else { panic!("{event:?}") };
            Some(match event {
                ClassicEvent::ContextSent { bytes } => format!("sent {bytes}"),
                ClassicEvent::StepStarted { number, total, instruction } => format!("{number}/{total} {instruction}"),
                ClassicEvent::TriggersFound { count } => format!("{count} triggers"),
                ClassicEvent::NoBase => "no base".to_owned(),
                ClassicEvent::Pulled(_) | ClassicEvent::PullComplete(_) => return None,
                ClassicEvent::CacheUsed => "cache".to_owned(),
                ClassicEvent::ContainerStarted { .. } => "container".to_owned(),
                ClassicEvent::Output { bytes, .. } => format!("> {}", String::from_utf8_lossy(bytes).trim_end()),
                ClassicEvent::ContainerRemoved { .. } => "removed".to_owned(),
                ClassicEvent::ImageMade { .. } => "image".to_owned(),
                ClassicEvent::BuildArgumentsUnused { names } => format!("unused {names:?}"),
                ClassicEvent::Built { .. } => "built".to_owned(),
                ClassicEvent::Tagged { reference } => format!("tagged {}", reference.familiar()),
            })
        })
        .collect()
}

#[test]
fn each_step_leaves_an_image() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile =
        "ARG BASE=alpine\nFROM $BASE\nARG WHO=nobody\nRUN echo \"hi $WHO\"\nCOPY Dockerfile /d\nCMD [\"x\"]\n";
    let request = BuildRequest {
        frontend: BuildFrontend::Classic,
        build_args: vec![("WHO".to_owned(), "you".to_owned()), ("OTHER".to_owned(), String::new())],
        tags: vec!["t".parse().unwrap()],
        ..yard.request(dockerfile)
    };
    let told = yard.build_with(&request);
    let image = yard.built(&told);
    assert_eq!(
        story(&told),
        [
            "sent 2048",
            "1/6 ARG BASE=alpine",
            "2/6 FROM $BASE",
            "image",
            "3/6 ARG WHO=nobody",
            "container",
            "removed",
            "image",
            "4/6 RUN echo \"hi $WHO\"",
            "container",
            "> hi you",
            "removed",
            "image",
            "5/6 COPY Dockerfile /d",
            "image",
            "6/6 CMD [\"x\"]",
            "container",
            "removed",
            "image",
            "unused [\"OTHER\"]",
            "built",
            "tagged t:latest",
        ]
    );
    let history: Vec<&str> = image.config.history.iter().rev().take(4).map(|line| line.created_by.as_str()).collect();
    assert_eq!(history[0], "/bin/sh -c #(nop)  CMD [\"x\"]");
    assert!(
        history[1].starts_with("/bin/sh -c #(nop) COPY file:") && history[1].ends_with(" in /d "),
        "{}",
        history[1]
    );
    assert_eq!(history[2], "|1 WHO=you /bin/sh -c echo \"hi $WHO\"");
    assert_eq!(history[3], "/bin/sh -c #(nop)  ARG WHO=nobody");
    assert!(image.parent.is_some());
    assert!(yard.engine.containers().unwrap().is_empty());

    let again = yard.build_with(&request);
    assert_eq!(yard.built(&again).id, image.id);
    assert_eq!(story(&again).iter().filter(|line| *line == "cache").count(), 4);
}

#[test]
fn a_failed_container_is_kept_to_be_looked_at() {
    let Some(yard) = Yard::open() else { return };
    let told = yard.classic("FROM alpine\nRUN echo before && false\nRUN echo after\n");
    assert_eq!(story(&told).last().unwrap(), "> before");
    let failure = told.failure();
    assert_eq!(failure.classic_message(), "The command '/bin/sh -c echo before && false' returned a non-zero code: 1");
    assert!(!failure.is_refusal());
    assert_eq!(yard.engine.containers().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_read_is_refused_before_anything_is_done() {
    let Some(yard) = Yard::open() else { return };
    for (dockerfile, message) in [
        ("FROM alpine\nRUNN x\n", "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)"),
        ("RUN x\n", "no build stage in current context"),
        ("", "the Dockerfile (Dockerfile) cannot be empty"),
    ] {
        let told = yard.classic(dockerfile);
        assert_eq!(story(&told).len(), 1, "only the context was sent");
        let failure = told.failure();
        assert!(failure.is_refusal());
        assert_eq!(failure.classic_message(), message);
    }
}

#[test]
fn from_scratch_begins_with_nothing() {
    let Some(yard) = Yard::open() else { return };
    yard.file("f", "1");
    let told = yard.classic("FROM scratch\nCOPY f /f\n");
    assert_eq!(story(&told)[1..], ["1/2 FROM scratch", "no base", "2/2 COPY f /f", "image", "built"]);
    let image = yard.built(&told);
    yard.has(&image, "/f", "-644 0:0 1");
    assert_eq!(image.config.config.env, ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
}

#[test]
fn a_from_that_cannot_be_understood_fails_when_it_is_come_to() {
    let Some(yard) = Yard::open() else { return };
    let told = yard.classic("FROM scratch AS one\nENV A=1\nFROM ${NONE}\nENV B=1\n");
    let before = ["1/4 FROM scratch AS one", "no base", "2/4 ENV A=1", "container", "removed", "image"];
    assert_eq!(story(&told)[1..7], before);
    assert_eq!(story(&told)[7..], ["3/4 FROM ${NONE}"]);
    let failure = told.failure();
    assert!(!failure.is_refusal());
    assert_eq!(failure.classic_message(), "base name (${NONE}) should not be blank");
    // What stands behind the target is not looked at.
    let dockerfile = "FROM scratch AS one\nENV A=1\nFROM Wrong:a:b\n";
    let request = BuildRequest {
        frontend: BuildFrontend::Classic,
        target: Some("one".to_owned()),
        labels: [("b", "$A"), ("a", "it's"), ("b", "$B")].map(|(name, value)| (name.into(), value.into())).to_vec(),
        ..yard.request(dockerfile)
    };
    let told = yard.build_with(&request);
    assert!(story(&told).contains(&"3/3 LABEL a=it's b=$B".to_owned()), "{:?}", story(&told));
    let labels = yard.built(&told).config.config.labels;
    assert_eq!((labels["a"].as_str(), labels["b"].as_str()), ("it's", "$B"));
}

#[test]
fn what_is_wrong_is_said_in_the_classic_builders_words() {
    let Some(yard) = Yard::open() else { return };
    for (dockerfile, message) in [
        ("FROM scratch\nENV A\n", "failed to parse Dockerfile: ENV must have two arguments"),
        ("FROM Alpine\n", "invalid reference format: repository name (library/Alpine) must be lowercase"),
        ("FROM scratch\nCOPY --from=0 a /\n", "invalid from flag value 0: refers to current build stage"),
        ("FROM scratch\nCOPY --from=-1 a /\n", "invalid from flag value -1: index out of bounds"),
        ("FROM scratch\nCOPY --from=a:b:c a /\n", "invalid from flag value a:b:c: invalid reference format"),
        ("FROM scratch\nCOPY --from=scratch a /\n", "invalid from flag value scratch: 'scratch' is a reserved name"),
        ("FROM scratch AS a\nENV A=1\nFROM scratch AS A\n", "a stage name already used"),
        ("FROM scratch\nRUN []\n", "No command specified"),
        ("FROM scratch\nWORKDIR \"\"\n", "cannot normalize nothing"),
    ] {
        assert_eq!(yard.classic(dockerfile).failure().classic_message(), message, "{dockerfile:?}");
    }
    let image = yard.built(&yard.classic("FROM scratch\nCMD\nENTRYPOINT\nCMD\n"));
    assert_eq!((image.config.config.cmd.unwrap().len(), image.config.config.entrypoint), (2, None));
}
