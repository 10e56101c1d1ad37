//! What becomes of a container that nobody looks at: restarts, health, and the end of its monitor. Both as ourselves and
//! as an ordinary user.

use super::screen::Screen;

fn both_ways(deed: impl Fn(&Screen)) {
    deed(&Screen::open(&["--plain"]));
    deed(&Screen::open_as_an_ordinary_user(&["--plain"]));
}

/// Comes back once the line says this.
fn until(screen: &Screen, line: &str, said: &str) {
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let found = screen.aside(line);
        if found.trim() == said {
            return;
        }
        assert!(std::time::Instant::now() < patience, "{line}: {found:?}, not {said:?}");
    }
}

const STATE: &str = "docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}'";

#[test]
fn a_failure_is_tried_again_as_often_as_said_and_a_success_is_not() {
    both_ways(|screen| {
        screen.aside("docker run -d --name fails --restart on-failure:2 alpine sh -c 'echo once; exit 3'");
        until(screen, &format!("{STATE} fails"), "exited 3 2");
        assert_eq!(screen.aside("docker logs fails"), "once\nonce\nonce\n");
        assert_eq!(screen.aside("docker run --name works --restart on-failure alpine true; echo $?").trim(), "0");
        until(screen, &format!("{STATE} works"), "exited 0 0");
        // Started by hand, it counts from nothing again.
        screen.aside("docker start fails");
        until(screen, &format!("{STATE} fails"), "exited 3 2");
        let deaths = "docker events --since 1m --until 0s --filter container=fails --filter event=die | wc -l";
        until(screen, deaths, "6");
    });
}

#[test]
fn what_is_stopped_by_hand_stays_down_whatever_the_policy() {
    both_ways(|screen| {
        for (policy, by_hand) in [("always", "stop -t 0"), ("unless-stopped", "kill"), ("always", "kill -s USR1")] {
            screen.aside(&format!("docker run -d --name again --restart {policy} alpine sleep 0.2"));
            until(screen, "docker inspect -f '{{ge .RestartCount 2}}' again", "true");
            assert_eq!(screen.aside(&format!("docker {by_hand} again")).trim(), "again");
            until(screen, "docker inspect -f '{{.State.Running}} {{.State.Restarting}}' again", "false false");
            let count = screen.aside("docker inspect -f '{{.RestartCount}}' again");
            std::thread::sleep(std::time::Duration::from_secs(1));
            assert_eq!(
                screen.aside("docker inspect -f '{{.RestartCount}} {{.State.Status}}' again"),
                format!("{} exited\n", count.trim())
            );
            screen.aside("docker rm again");
        }
    });
}

#[test]
fn who_is_told_to_stay_down_between_two_lives_does() {
    both_ways(|screen| {
        for hundredths in 10..20 {
            screen.aside("docker run -d --name torn --restart always alpine true");
            std::thread::sleep(std::time::Duration::from_millis(hundredths * 10 + 5));
            // Whoever has just handed over can no longer hear it.
            let by_hand = if hundredths % 2 == 0 { "kill" } else { "kill -s USR1" };
            assert_eq!(screen.aside(&format!("docker {by_hand} torn")).trim(), "torn");
            until(screen, "docker inspect -f '{{.State.Status}}' torn", "exited");
            screen.aside("docker rm torn");
        }
    });
}

#[test]
fn between_two_lives_it_counts_as_running_and_takes_no_orders() {
    both_ways(|screen| {
        screen.aside("docker run -d --name between --restart always alpine false");
        until(screen, "docker inspect -f '{{ge .RestartCount 5}}' between", "true");
        until(screen, "docker inspect -f '{{.State.Status}}' between", "restarting");
        let listed = screen.aside("docker ps --format '{{.Names}} {{.Status}}' -f status=restarting");
        assert!(listed.starts_with("between Restarting (1) "), "{listed}");
        let said = screen.aside("docker exec between true 2>&1");
        assert!(said.trim().ends_with("is restarting, wait until the container is running"), "{said}");
        let said = screen.aside("docker rm between 2>&1");
        assert!(said.contains("container is restarting: stop the container before removing or force remove"), "{said}");
        assert_eq!(screen.aside("docker rm -f between").trim(), "between");
        assert_eq!(screen.processes().iter().filter(|stat| stat.contains("monitor")).count(), 0);
    });
}

#[test]
fn a_container_whose_monitor_is_killed_is_not_started_again() {
    both_ways(|screen| {
        screen.aside("docker run -d --name orphan --restart always alpine sleep 100");
        screen.aside("kill -9 $(cut -d' ' -f4 /proc/$(docker inspect -f '{{.State.Pid}}' orphan)/stat)");
        until(screen, &format!("{STATE} orphan"), "exited 137 0");
        assert_eq!(screen.aside("docker start orphan && docker stop -t 0 orphan").trim(), "orphan\norphan");
    });
}

#[test]
fn health_is_checked_told_and_forgotten() {
    both_ways(|screen| {
        let options = "--health-interval 100ms --health-retries 2 --health-timeout 1s";
        let check = "--health-cmd 'echo looked; test -f /ok'";
        screen.aside(&format!("docker run -d --name sick {options} {check} alpine sleep 100"));
        until(screen, "docker inspect -f '{{.State.Health.Status}}' sick", "unhealthy");
        let log = screen.aside("docker inspect -f '{{(index .State.Health.Log 0).Output}}' sick");
        assert_eq!(log.trim(), "looked");
        screen.aside("docker exec sick touch /ok");
        until(screen, "docker inspect -f '{{.State.Health.Status}} {{.State.Health.FailingStreak}}' sick", "healthy 0");
        until(screen, "docker inspect -f '{{len .State.Health.Log}}' sick", "5");
        assert_eq!(screen.aside("docker ps -f health=healthy --format '{{.Names}}'").trim(), "sick");
        let told = "docker events --since 1m --until 0s --filter event=health_status --format '{{.Action}}'";
        until(screen, told, "health_status: unhealthy\nhealth_status: healthy");
        screen.aside("docker stop -t 0 sick");
        assert_eq!(screen.aside("docker inspect -f '{{.State.Health.Status}}' sick").trim(), "unhealthy");

        // A check that takes too long is killed, and says so; during the start period nothing counts.
        let slow =
            "--health-interval 100ms --health-timeout 200ms --health-retries 1 --health-cmd 'echo slow; sleep 30'";
        screen.aside(&format!("docker run -d --name slow {slow} alpine sleep 100"));
        until(screen, "docker inspect -f '{{.State.Health.Status}}' slow", "unhealthy");
        let last =
            screen.aside("docker inspect -f '{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}' slow");
        assert_eq!(last.trim(), "-1 Health check exceeded timeout (200ms): slow");
        let young = "--health-interval 1m --health-start-period 1m --health-start-interval 100ms --health-retries 1";
        screen.aside(&format!("docker run -d --name young {young} --health-cmd false alpine sleep 100"));
        until(screen, "docker inspect -f '{{len .State.Health.Log}}' young", "5");
        let health = "docker inspect -f '{{.State.Health.Status}} {{.State.Health.FailingStreak}}' young";
        assert_eq!(screen.aside(health).trim(), "starting 0");
        screen.aside("docker run -d --name none --no-healthcheck alpine sleep 100");
        assert_eq!(screen.aside("docker ps -f name=none --format '{{.Status}}' | grep -c health"), "0\n");
    });
}
