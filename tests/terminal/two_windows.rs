//! One container, two terminals: what is done in one is seen in the other, and nothing is left behind in either.

use super::screen::Screen;

const OPTIONS: &[&str] = &["--plain"];

fn both_ways(conversation: impl Fn(Screen)) {
    conversation(Screen::open(OPTIONS));
    conversation(Screen::open_as_an_ordinary_user(OPTIONS));
}

#[test]
fn two_windows_share_a_container_and_leave_it_one_by_one() {
    both_ways(|mut first| {
        first.wait_for_prompt();
        first.type_line("docker run -it --name shared alpine");
        first.wait_for("/ # ");
        let mut second = first.beside(OPTIONS);
        second.wait_for_prompt();
        second.type_line("docker attach shared");
        Screen::pause();
        second.type_line("echo seen in b\"\"oth");
        second.wait_for("seen in both");
        first.wait_for("seen in both");
        first.press("\u{10}\u{11}");
        first.wait_for_prompt();
        assert!(first.is_line_edited(), "the first window's editor has its terminal again");
        second.type_line("echo still h\"\"ere");
        second.wait_for("still here");
        first.type_line("docker stop -t 0 shared");
        second.wait_for_prompt();
        second.type_line("echo code=$?");
        second.wait_for("code=137");
        second.wait_for_prompt();
        assert!(second.is_line_edited(), "the second window's editor has its terminal again");
    });
}

#[test]
fn a_followed_log_ends_with_ctrl_c_in_one_window_and_with_the_container_in_the_other() {
    both_ways(|mut first| {
        first.wait_for_prompt();
        first.aside(
            "docker run -d --name ticking alpine sh -c 'i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.2; done'",
        );
        first.type_line("docker logs -f ticking");
        first.wait_for("tick 3");
        let mut second = first.beside(OPTIONS);
        second.wait_for_prompt();
        second.type_line("docker logs --tail 1 -f ticking");
        second.wait_for("tick ");
        second.press("\u{3}");
        second.wait_for_prompt();
        second.type_line("echo code=$?");
        second.wait_for("code=130");
        second.wait_for_prompt();
        assert_eq!(second.aside("docker inspect -f '{{.State.Status}}' ticking").trim(), "running");
        second.type_line("docker kill ticking");
        first.wait_for_prompt();
        first.type_line("echo code=$?");
        first.wait_for("code=0");
    });
}

#[test]
fn what_happens_in_one_window_is_an_event_in_the_other() {
    both_ways(|mut first| {
        first.wait_for_prompt();
        first.aside("docker create --name watched alpine sleep 100");
        first.type_line("docker events --filter container=watched --format '{{.Action}} {{.Actor.Attributes.name}}'");
        Screen::pause();
        first.aside(
            "docker start watched; docker exec watched true; docker kill watched; docker rename watched watched2",
        );
        for action in ["start", "exec_create: true ", "exec_die", "kill", "die"] {
            first.wait_for(&format!("{action} watched\r\n"));
        }
        first.wait_for("rename watched2");
        first.press("\u{3}");
        first.wait_for_prompt();
        first.type_line("echo code=$?");
        first.wait_for("code=130");
    });
}

#[test]
fn every_mode_of_the_terminal_is_given_back_and_nobody_keeps_it() {
    let monitor = "kill -9 $(cut -d' ' -f4 /proc/$(docker inspect -f '{{.State.Pid}}' modes)/stat)";
    for end in ["", "docker kill modes", "docker rm -f modes", monitor] {
        both_ways(|learner| {
            let mut screen = learner.docker(&["run", "-it", "--name", "modes", "alpine"]);
            screen.wait_for("/ # ");
            assert!(!screen.is_as_before(), "the terminal is raw meanwhile");
            if end.is_empty() {
                screen.type_line("exit 5");
            } else {
                screen.aside(end);
            }
            assert_eq!(screen.exit_code(), if end.is_empty() { 5 } else { 137 }, "{end}");
            assert!(screen.is_as_before(), "after {end:?}");
            screen.wait_until_let_go();
        });
    }
}

#[test]
fn a_detached_container_has_nothing_of_the_terminal_and_its_end_leaves_no_process() {
    both_ways(|learner| {
        let mut screen = learner.docker(&["run", "-it", "--name", "left", "alpine"]);
        screen.wait_for("/ # ");
        screen.press("\u{10}\u{11}");
        assert_eq!(screen.exit_code(), 0);
        assert!(screen.is_as_before(), "after the detach keys");
        screen.wait_until_let_go();
        let mut joined = learner.docker(&["exec", "-it", "left", "sh"]);
        joined.wait_for("/ # ");
        // The first process ends, and takes along who joined it.
        assert_eq!(learner.aside("docker stop -t 0 left").trim(), "left");
        assert_eq!(joined.exit_code(), 137);
        assert!(joined.is_as_before(), "after the end of another's container");
        joined.wait_until_let_go();
        learner.aside("docker rm left");
        drop((screen, joined));
        let mut learner = learner;
        learner.wait_for_prompt();
        learner.type_line("quitter");
        assert_eq!(learner.exit_code(), 0);
        learner.wait_until_let_go();
        assert_eq!(learner.processes(), Vec::<String>::new());
    });
}
