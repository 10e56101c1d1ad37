//! The shell at a true terminal: it opens, obeys, survives Ctrl-C, and gives the terminal back.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "terminal/build.rs"]
mod build;
#[path = "terminal/interactive.rs"]
mod interactive;
#[path = "terminal/over_time.rs"]
mod over_time;
#[path = "terminal/screen.rs"]
mod screen;
#[path = "terminal/two_windows.rs"]
mod two_windows;

use screen::Screen;

#[test]
fn it_opens_in_french_on_the_first_step_and_closes_politely() {
    let mut screen = Screen::open(&[]);
    screen.wait_for("1/5 — Lancer un conteneur");
    screen.wait_for_prompt();
    screen.type_line("aide");
    screen.wait_for("un indice, du plus léger au plus précis");
    screen.wait_for_prompt();
    screen.press("\u{4}");
    screen.wait_for("Ctrl-D encore une fois");
    screen.wait_for_prompt();
    screen.press("\u{4}");
    screen.wait_for("À bientôt");
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn interrupt_kills_the_command_and_not_the_shell() {
    let mut screen = Screen::open(&[]);
    screen.wait_for_prompt();
    screen.type_line("sleep 60; echo jamais");
    Screen::pause();
    screen.press("\u{3}");
    screen.wait_for_prompt();
    screen.type_line("echo code=$?");
    screen.wait_for("code=130");
    screen.wait_for_prompt();
    // On the line being typed it gives the line up.
    screen.press("docker run jamais");
    screen.press("\u{3}");
    screen.wait_for_prompt();
    screen.type_line("quitter");
    assert_eq!(screen.exit_code(), 0);
    assert!(!screen.seen().contains("jamais\r\n"));
}

#[test]
fn a_container_gets_a_terminal_and_gives_it_back() {
    let mut screen = Screen::open(&[]);
    screen.wait_for_prompt();
    screen.type_line("docker run -it --rm alpine");
    screen.wait_for("/ # ");
    screen.type_line("tty; echo fini");
    screen.wait_for("/dev/pts/0");
    screen.type_line("exit 3");
    screen.wait_for_prompt();
    screen.type_line("echo code=$?");
    screen.wait_for("code=3");
    screen.wait_for_prompt();
    assert!(screen.is_line_edited(), "the editor has the terminal again");
    screen.type_line("quitter");
    screen.wait_for("À bientôt");
    assert_eq!(screen.exit_code(), 0);
    assert!(screen.is_cooked(), "the terminal is as it was");
}

#[test]
fn it_resumes_where_it_was_left() {
    let mut screen = Screen::open(&[]);
    screen.wait_for_prompt();
    screen.type_line("docker run hello-world");
    screen.wait_for("2/5 — ");
    screen.wait_for_prompt();
    screen.hang_up();
    let mut again = screen.reopen(&[]);
    again.wait_for("vous reprenez où vous en étiez");
    again.wait_for("2/5 — ");
    again.wait_for_prompt();
    again.type_line("quitter");
    assert_eq!(again.exit_code(), 0);
}

#[test]
fn plain_mode_draws_nothing() {
    let mut screen = Screen::open(&["--plain"]);
    screen.wait_for("1/5 — Lancer un conteneur");
    screen.wait_for_prompt();
    screen.type_line("quitter");
    screen.wait_for("À bientôt");
    let seen = screen.seen();
    let painted = seen.contains("\u{1b}[1m") || seen.contains("\u{1b}[3") || seen.contains('▸');
    assert!(!painted, "{seen:?}");
}
