//! Independent stages at once, and what one's failure or the user's impatience does to the others. About 10 seconds.

use std::fs;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moussaillon::engine::build::{BuildError, BuildEvent, BuildRequest, NoCache, ProgressEvent};

use super::harness::{Told, Yard};

/// Says that it is there, and waits for the other: ends well only beside it.
fn meeting(own: &str, other: &str) -> String {
    format!(
        "RUN --mount=type=cache,id=meeting,target=/m touch /m/{own} && \
         for i in $(seq 200); do [ -e /m/{other} ] && exit 0; sleep 0.1; done; exit 1\n"
    )
}

/// Nothing of any step is left: no container, nothing staged.
#[track_caller]
fn assert_clean(yard: &Yard) {
    assert_eq!(fs::read_dir(yard.engine.paths().root().join("containers")).unwrap().count(), 0);
    assert_eq!(yard.staged(), 0);
}

fn starts(told: &Told) -> Vec<usize> {
    let number = |event: &BuildEvent| match event {
        BuildEvent::Progress(ProgressEvent::Started { number, .. }) => Some(*number),
        _ => None,
    };
    told.events.iter().filter_map(number).collect()
}

#[test]
fn stages_that_need_nothing_of_each_other_are_built_at_once() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile = format!(
        "FROM alpine AS one\n{}RUN echo 1 > /one\nFROM alpine AS two\n{}RUN echo 2 > /two\n\
         FROM alpine\nRUN echo 0 > /zero\nCOPY --from=one /one /\nCOPY --from=two /two /\n",
        meeting("one", "two"),
        meeting("two", "one")
    );
    let told = yard.build(&dockerfile);
    let image = yard.built(&told);
    for (path, content) in [("/zero", "0"), ("/one", "1"), ("/two", "2")] {
        yard.has(&image, path, &format!("-644 0:0 {content}\n"));
    }
    // The numbers are those of the file, whoever began first.
    let shown: Vec<String> = told.vertices().into_iter().map(|vertex| vertex.chars().take(12).collect()).collect();
    assert_eq!(
        shown[3..],
        [
            "[one 1/3] FR",
            "[one 2/3] RU",
            "[one 3/3] RU",
            "[two 2/3] RU",
            "[two 3/3] RU",
            "[stage-2 2/4",
            "[stage-2 3/4",
            "[stage-2 4/4",
            "exporting to",
        ]
    );
    let mut sorted = starts(&told);
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=12).collect::<Vec<_>>());
    assert_clean(&yard);
    assert_eq!(yard.build(&dockerfile).cached_and_done(), (7, 0));
}

#[test]
fn a_failure_ends_the_other_stages_and_is_the_one_that_is_told() {
    let Some(yard) = Yard::open() else { return };
    let dockerfile = format!(
        "FROM alpine AS slow\nRUN echo kept > /kept\n{}RUN sleep 60\nFROM alpine AS wrong\n{}RUN exit 7\n\
         FROM alpine\nCOPY --from=slow /x /\nCOPY --from=wrong /x /\n",
        meeting("slow", "wrong"),
        meeting("wrong", "slow")
    );
    let began = Instant::now();
    let told = yard.build(&dockerfile);
    assert!(began.elapsed() < Duration::from_secs(30));
    let vertices = told.vertices();
    let ended = |start: &str, end: &str| vertices.iter().any(|line| line.starts_with(start) && line.ends_with(end));
    assert!(ended("[wrong 3/3] RUN exit 7", "exit code: 7"), "{vertices:#?}");
    assert!(!vertices.iter().any(|vertex| vertex.starts_with("[stage-2 2/3]")), "{vertices:#?}");
    let failure = told.failure();
    assert!(matches!(*failure.error, BuildError::RunFailed { exit_code: 7, .. }), "{failure}");
    assert!(failure.excerpt.is_some());
    assert_clean(&yard);
    // What the other had done stays done.
    let again = yard.build("FROM alpine\nRUN echo kept > /kept\n");
    assert_eq!(again.cached_and_done(), (1, 0));
}

#[test]
fn the_same_step_of_two_stages_is_done_once_even_without_the_cache() {
    let Some(yard) = Yard::open() else { return };
    let step = "RUN --mount=type=cache,id=count,target=/c echo x >> /c/count && sleep 0.3 && cat /c/count > /count\n";
    let dockerfile = format!(
        "FROM alpine AS one\n{step}FROM alpine AS two\n{step}FROM scratch\nCOPY --from=one /count /one\nCOPY --from=two /count /two\n"
    );
    let request = BuildRequest { no_cache: NoCache::Always, ..yard.request(&dockerfile) };
    let told = yard.build_with(&request);
    let image = yard.built(&told);
    assert_eq!(told.cached_and_done(), (1, 3));
    yard.has(&image, "/one", "-644 0:0 x\n");
    yard.has(&image, "/two", "-644 0:0 x\n");
    // Without the cache is without the cache: the next build does it again.
    let image = yard.built(&yard.build_with(&request));
    yard.has(&image, "/two", "-644 0:0 x\nx\n");
}

#[test]
fn an_interrupt_ends_all_stages_and_the_next_build_uses_what_was_done() {
    let Some(yard) = Yard::open() else { return };
    let stage = |name: &str| {
        format!(
            "FROM alpine AS {name}\nRUN echo {name} > /{name}\nRUN --mount=type=cache,id=go,target=/go \
                 touch /go/{name}; [ -e /go/released ] || sleep 60\n"
        )
    };
    let dockerfile = format!("{}{}FROM scratch\nCOPY --from=a /a /\nCOPY --from=b /b /\n", stage("a"), stage("b"));
    let (heard, held) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
    let request = BuildRequest { interrupt: Some(Arc::new(heard)), ..yard.request(&dockerfile) };
    let mut held: Option<OwnedFd> = Some(held);
    let (mut at_work, mut canceled) = (0, 0);
    let result = yard.engine.build(&request, &mut |event| match event {
        BuildEvent::Progress(ProgressEvent::Started { vertex, .. }) if vertex.to_string().contains("RUN --mount") => {
            at_work += 1;
            if at_work == 2 {
                held.take();
            }
        }
        BuildEvent::Progress(ProgressEvent::Canceled { .. }) => canceled += 1,
        _ => {}
    });
    assert!(matches!(*result.unwrap_err().error, BuildError::Canceled));
    assert_eq!((at_work, canceled), (2, 2));
    // Only what was pulled.
    assert_eq!(yard.engine.images().unwrap().len(), 1);
    assert_clean(&yard);
    yard.build("FROM alpine\nRUN --mount=type=cache,id=go,target=/go touch /go/released\n").result.unwrap();
    assert_eq!(yard.build(&dockerfile).cached_and_done(), (2, 4));
}
