//! `docker build` at a true terminal: a screen drawn over itself, that follows the window and ends clean. About 5 seconds.

use super::screen::Screen;

const DOCKERFILE: &str = "FROM alpine\nRUN echo premier && sleep 1 && echo dernier\nRUN touch /fin\n";

/// The same at root's and at an ordinary user's; the learner's home has the Dockerfile.
fn both_ways(dockerfile: &str, test: impl Fn(&Screen)) {
    for learner in [Screen::open(&["--plain"]), Screen::open_as_an_ordinary_user(&["--plain"])] {
        learner.aside(&format!("mkdir contexte && printf '%s' '{dockerfile}' > contexte/Dockerfile; echo fait"));
        test(&learner);
    }
}

#[test]
fn a_build_is_drawn_over_itself_and_follows_the_window() {
    both_ways(DOCKERFILE, |learner| {
        let mut screen = learner.docker(&["build", "-t", "essai", "contexte"]);
        screen.wait_for("[+] Building ");
        screen.wait_for("[2/3] RUN echo premier");
        screen.wait_for(" => => # premier");
        screen.resize(30, 60);
        // Drawn again from where the folded lines began.
        screen.wait_for("\u{1b}[J");
        screen.wait_for("FINISHED");
        screen.wait_for("naming to docker.io/library/essai");
        assert_eq!(screen.exit_code(), 0);
        screen.wait_until_let_go();
        let seen = screen.seen();
        assert!(seen.ends_with("\u{1b}[?25h"), "{seen:?}");
        assert!(seen.contains("\u{1b}[34m => [internal] load build definition from Dockerfile"));
        assert!(!seen.contains("#1 "), "{seen:?}");
        assert!(screen.is_as_before());
        // Again: all of it is known.
        let mut screen = learner.docker(&["build", "contexte"]);
        screen.wait_for("FINISHED");
        screen.wait_for("CACHED [2/3] RUN");
        assert_eq!(screen.exit_code(), 0);
        let mut screen = learner.docker(&["build", "--progress", "plain", "contexte"]);
        screen.wait_for("#5 CACHED\r\n");
        assert_eq!(screen.exit_code(), 0);
        assert!(!screen.seen().contains('\u{1b}'));
    });
}

#[test]
fn what_fails_is_red_and_its_words_come_again() {
    both_ways("FROM alpine\nRUN echo avant && exit 3\n", |learner| {
        let mut screen = learner.docker(&["build", "contexte"]);
        screen.wait_for("\u{1b}[31m => ERROR [2/2] RUN echo avant && exit 3");
        screen.wait_for("------\r\n > [2/2] RUN echo avant && exit 3:\r\n");
        screen.wait_for(" avant\r\n------\r\nDockerfile:2\r\n");
        screen.wait_for("exit code: 3");
        assert_eq!(screen.exit_code(), 1);
        assert!(screen.seen().contains("\u{1b}[?25h"));
    });
}

#[test]
fn an_interrupt_shows_what_was_canceled_and_leaves_nothing_running() {
    both_ways("FROM alpine\nRUN echo debut && sleep 60\n", |learner| {
        let mut screen = learner.docker(&["build", "contexte"]);
        screen.wait_for(" => => # debut");
        screen.press("\u{3}");
        screen.wait_for("CANCELED [2/2] RUN");
        assert_ne!(screen.exit_code(), 0);
        assert!(screen.is_as_before());
        screen.wait_until_let_go();
        assert_eq!(learner.aside("docker ps -aq; docker images -aq | wc -l").trim(), "1");
    });
}
