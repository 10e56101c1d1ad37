//! What is used again and what never is, as root and as an ordinary user, through the program. About 10 seconds.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};
use std::time::{Duration, SystemTime};

use super::program::Somebody;

#[track_caller]
fn succeeded(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    format!("{out}{err}")
}

/// How many steps came out of the cache.
fn cached(told: &str) -> usize {
    told.lines().filter(|line| line.starts_with('#') && line.ends_with(" CACHED")).count()
}

#[test]
fn what_changed_is_never_taken_from_the_cache() {
    for somebody in Somebody::all() {
        let build = |name: &str| {
            succeeded(&somebody.docker("1", &["build", "-t", name, "-f", &format!("context/{name}"), "context"]))
        };
        let show = |name: &str, path: &str| succeeded(&somebody.docker("1", &["run", "--rm", name, "cat", path]));
        somebody.context(&[
            ("base", "FROM alpine\nRUN echo first > /from-base\n"),
            ("app", "FROM base\nCOPY file data /\nRUN cat /file /from-base > /seen\n"),
            ("other", "FROM base\nCOPY file data /\nRUN cat /file > /only\n"),
            ("file", "one\n"),
        ]);
        fs::create_dir(somebody.path().join("context/data")).unwrap();
        somebody.own(&somebody.path().join("context/data"));
        somebody.context(&[("data/a", "a"), ("data/b", "b")]);
        build("base");
        assert_eq!(cached(&build("app")), 1);
        // Another Dockerfile shares what is the same in it; everything of the same one is known.
        assert_eq!((cached(&build("other")), cached(&build("app"))), (2, 3));

        // As long, and as old, as before.
        let file = somebody.path().join("context/file");
        let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let date = || fs::File::options().write(true).open(&file).unwrap().set_modified(past).unwrap();
        date();
        assert_eq!(cached(&build("app")), 3, "a date alone is no change");
        somebody.context(&[("file", "two\n")]);
        date();
        assert_eq!(cached(&build("app")), 1);
        assert_eq!(show("app", "/seen"), "two\nfirst\n");

        // One file less in a directory, and one that is not seen any more.
        fs::remove_file(somebody.path().join("context/data/b")).unwrap();
        assert_eq!(cached(&build("app")), 1);
        assert!(!somebody.docker("1", &["run", "--rm", "app", "cat", "/b"]).status.success());
        somebody.context(&[(".dockerignore", "data/a\n")]);
        build("app");
        assert!(!somebody.docker("1", &["run", "--rm", "app", "cat", "/a"]).status.success());

        // The same name, another image.
        somebody.context(&[("base", "FROM alpine\nRUN echo second > /from-base\n")]);
        build("base");
        assert_eq!(cached(&build("app")), 1);
        assert_eq!(show("app", "/seen"), "two\nsecond\n");
    }
}

#[test]
fn a_failure_or_an_interrupt_leaves_no_image_and_what_was_done_is_used() {
    for somebody in Somebody::all() {
        let left = || {
            let images = succeeded(&somebody.docker("1", &["images", "-aq"])).lines().count();
            (images, succeeded(&somebody.docker("1", &["ps", "-aq"])).lines().count())
        };
        somebody.context(&[
            ("Dockerfile", "FROM alpine\nRUN echo done > /done\nRUN echo half > /half && exit 9\n"),
            ("slow", "FROM alpine AS a\nRUN echo inside > /inside\nRUN echo at work; sleep 60\nFROM alpine\nRUN echo beside > /beside\nCOPY --from=a /inside /\n"),
            ("quick", "FROM alpine\nRUN echo done > /done\n"),
            ("inside", "FROM alpine\nRUN echo inside > /inside\n"),
        ]);
        let failed = somebody.docker("1", &["build", "-t", "wanted", "context"]);
        assert_eq!(failed.status.code(), Some(1));
        assert_eq!(left(), (1, 0), "only the base");
        assert!(!somebody.docker("1", &["image", "inspect", "wanted"]).status.success());
        assert_eq!(cached(&succeeded(&somebody.docker("1", &["build", "-f", "context/quick", "context"]))), 2);
        let before = left();

        let mut command = somebody.command("1", &["build", "-t", "wanted", "-f", "context/slow", "context"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(told.any(|line| line.ends_with(" at work")), "the last step never began");
        let process = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
        let rest: Vec<String> = told.collect();
        assert!(!child.wait().unwrap().success());
        assert!(rest.iter().any(|line| line.ends_with(" CANCELED")), "{rest:#?}");
        assert_eq!(left(), before);
        assert!(!somebody.docker("1", &["image", "inspect", "wanted"]).status.success());
        // What was done before is done.
        assert_eq!(cached(&succeeded(&somebody.docker("1", &["build", "-f", "context/inside", "context"]))), 2);
    }
}
