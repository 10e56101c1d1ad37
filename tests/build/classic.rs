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
    assert!(image.config.config.env.is_empty());
}
