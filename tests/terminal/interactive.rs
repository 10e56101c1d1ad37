//! `-it` at a true terminal, as ourselves and as an ordinary user: its size, its keys, and in what state it is left.

use super::screen::Screen;

/// Tells the course's talk from the container's: nothing of the first is shown in a free session.
const OPTIONS: &[&str] = &["--plain"];

fn both_ways(conversation: impl Fn(Screen)) {
    conversation(Screen::open(OPTIONS));
    conversation(Screen::open_as_an_ordinary_user(OPTIONS));
}

fn start_container(screen: &mut Screen, name: &str) {
    screen.wait_for_prompt();
    screen.type_line(&format!("docker run -it --name {name} alpine"));
    screen.wait_for("/ # ");
}

#[test]
fn the_size_of_the_window_is_the_containers_and_follows_it() {
    both_ways(|mut screen| {
        start_container(&mut screen, "size");
        screen.type_line("stty size");
        screen.wait_for("30 90");
        screen.resize(41, 123);
        Screen::pause();
        screen.type_line("stty size");
        screen.wait_for("41 123");
        screen.type_line("exit");
        screen.wait_for_prompt();
    });
}

#[test]
fn keys_reach_the_containers_shell() {
    both_ways(|mut screen| {
        start_container(&mut screen, "keys");
        screen.type_line("echo pre\"\"mier");
        screen.wait_for("premier");
        screen.wait_for("/ # ");
        // Up, then Return: the line again.
        screen.press("\u{1b}[A\r");
        screen.wait_for("premier\r\n");
        screen.wait_for("/ # ");
        screen.type_line("while true; do sleep 1; done");
        Screen::pause();
        screen.press("\u{3}");
        screen.wait_for("/ # ");
        screen.type_line("echo survi\"\"vant; exit 3");
        screen.wait_for("survivant");
        screen.wait_for_prompt();
        screen.type_line("echo code=$?");
        screen.wait_for("code=3");
    });
}

#[test]
fn the_detach_keys_leave_the_container_running() {
    both_ways(|mut screen| {
        start_container(&mut screen, "detached");
        screen.press("\u{10}\u{11}");
        screen.wait_for_prompt();
        assert!(screen.is_line_edited(), "the editor has the terminal again");
        assert_eq!(screen.aside("docker inspect -f '{{.State.Status}}' detached").trim(), "running");
        screen.type_line("docker attach detached");
        Screen::pause();
        screen.type_line("echo de re\"\"tour; exit 4");
        screen.wait_for("de retour");
        screen.wait_for_prompt();
        screen.type_line("echo code=$?");
        screen.wait_for("code=4");
    });
}

#[test]
fn the_terminal_is_given_back_however_the_container_ends() {
    // The shell of the container, the monitor that watches it, and Docker's own way.
    for end in [
        "kill -9 $(docker inspect -f '{{.State.Pid}}' ended)",
        "kill -9 $(cut -d' ' -f4 /proc/$(docker inspect -f '{{.State.Pid}}' ended)/stat)",
        "docker kill ended",
    ] {
        both_ways(|mut screen| {
            start_container(&mut screen, "ended");
            screen.aside(end);
            screen.wait_for_prompt();
            assert!(screen.is_line_edited(), "after {end}");
            screen.type_line("echo code=$?");
            screen.wait_for("code=137");
            screen.wait_for_prompt();
            let state = screen.aside("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' ended");
            assert_eq!(state.trim(), "exited 137", "after {end}");
            screen.type_line("quitter");
            assert_eq!(screen.exit_code(), 0);
            assert!(screen.is_cooked(), "the terminal is as it was, after {end}");
        });
    }
}

#[test]
fn a_terminal_is_refused_where_there_is_none() {
    both_ways(|screen| {
        let said = screen.aside("docker run -it alpine 2>&1; echo code=$?");
        assert!(said.contains("the input device is not a TTY"), "{said}");
        assert!(said.contains("code=1"), "{said}");
        assert_eq!(screen.aside("docker run -t --rm alpine tty").trim(), "/dev/pts/0");
    });
}

#[test]
fn signals_reach_the_command_behind_a_reaper_and_patience_has_an_end() {
    both_ways(|screen| {
        for (options, name, trap) in [("--init", "polite", "exit 7"), ("", "deaf", "")] {
            let script = format!("trap '{trap}' TERM; echo ready; while :; do sleep 0.1; done");
            screen.aside(&format!("docker run -d {options} --name {name} alpine sh -c \"{script}\""));
            // Started is not yet listening.
            screen.aside(&format!("until docker logs {name} | grep ready; do sleep 0.1; done"));
        }
        assert_eq!(screen.aside("docker stop polite && docker wait polite").trim(), "polite\n7");
        assert_eq!(screen.aside("docker stop -t 1 deaf && docker wait deaf").trim(), "deaf\n137");
    });
}

#[test]
fn nobody_is_held_by_what_does_not_mind_an_interrupt() {
    both_ways(|mut screen| {
        screen.wait_for_prompt();
        screen.aside("docker run -d --name deaf alpine sleep 300");
        for (line, times, code) in
            [("docker exec deaf sleep 300", 1, 0), ("docker wait deaf", 1, 130), ("docker attach deaf", 3, 1)]
        {
            screen.type_line(line);
            for _ in 0..times {
                Screen::pause();
                screen.press("\u{3}");
            }
            screen.wait_for_prompt();
            screen.type_line("echo code=$?");
            screen.wait_for(&format!("code={code}"));
            screen.wait_for_prompt();
        }
        assert!(screen.seen().contains("\ngot 3 SIGTERM/SIGINTs, forcefully exiting\r\n"), "{}", screen.seen());
        assert_eq!(screen.seen().matches("^C\r\n").count(), 3, "what follows has lines of its own: {}", screen.seen());
        assert_eq!(screen.aside("docker inspect -f '{{.State.Status}}' deaf").trim(), "running");
        screen.aside("docker kill deaf");
    });
}

#[test]
fn a_container_outlives_the_program_that_started_it() {
    both_ways(|mut screen| {
        start_container(&mut screen, "survivor");
        screen.hang_up();
        assert_eq!(screen.aside("docker exec survivor echo alive").trim(), "alive");
        assert_eq!(screen.aside("docker stop -t 1 survivor").trim(), "survivor");
    });
}

#[test]
fn other_programs_join_a_container_beside_its_starter_and_after() {
    both_ways(|mut screen| {
        start_container(&mut screen, "joined");
        screen.type_line("word=kept");
        screen.wait_for("/ # ");
        assert_eq!(screen.aside("docker exec joined echo beside").trim(), "beside");
        screen.hang_up();
        let mut screen = screen.reopen(OPTIONS);
        screen.wait_for_prompt();
        screen.type_line("docker exec -it joined sh");
        screen.wait_for("/ # ");
        screen.type_line("exit 6");
        screen.wait_for_prompt();
        screen.type_line("echo code=$?");
        screen.wait_for("code=6");
        screen.wait_for_prompt();
        screen.type_line("docker attach joined");
        Screen::pause();
        // The shell is the same, and what it says later reaches whoever follows.
        screen.type_line("echo word=$word; sleep 2; echo la\"\"ter; exit 4");
        screen.wait_for("word=kept");
        let followed = screen.aside("docker logs -f joined");
        assert!(followed.contains("word=kept") && followed.contains("later"), "{followed}");
        screen.wait_for_prompt();
        screen.type_line("echo code=$?");
        screen.wait_for("code=4");
    });
}
