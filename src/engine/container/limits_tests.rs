//! What is refused and what is warned of, in the sentences of a real daemon (Engine 26).

use super::*;
use crate::engine::container::ThrottleDevice;

const TWO: i64 = 2;

fn everything() -> Capacity {
    Capacity {
        memory_limit: true,
        swap_limit: true,
        memory_reservation: true,
        memory_swappiness: true,
        oom_kill_disable: true,
        cpu_shares: true,
        cpu_bandwidth: true,
        cpu_realtime: true,
        cpuset: true,
        cpus: "0-1".to_owned(),
        mems: "0".to_owned(),
        pids_limit: true,
        blkio_weight: true,
        blkio_weight_device: true,
        blkio_throttle: true,
    }
}

fn answer(mut asked: Resources, capacity: &Capacity) -> Result<Vec<String>, String> {
    verify(&mut asked, capacity, TWO, Asked::Anew).map_err(|error| error.to_string())
}

#[test]
fn what_cannot_be_is_refused_in_the_daemons_words() {
    let none = Resources::default;
    let mebibytes = |count: i64| count << 20;
    for (asked, sentence) in [
        (Resources { memory: mebibytes(1), ..none() }, "Minimum memory limit allowed is 6MB"),
        (
            Resources { memory: mebibytes(100), memory_swap: mebibytes(50), ..none() },
            "Minimum memoryswap limit should be larger than memory limit, see usage",
        ),
        (
            Resources { memory_swap: mebibytes(100), ..none() },
            "You should always set the Memory limit when using Memoryswap limit, see usage",
        ),
        (
            Resources { memory: mebibytes(50), memory_reservation: mebibytes(60), ..none() },
            "Minimum memory limit can not be less than memory reservation limit, see usage",
        ),
        (
            Resources { nano_cpus: 5_000_000_000, ..none() },
            "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
        ),
        (
            Resources { nano_cpus: 500_000_000, cpu_period: 1000, ..none() },
            "Conflicting options: Nano CPUs and CPU Period cannot both be set",
        ),
        (
            Resources { cpu_period: 10, ..none() },
            "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)",
        ),
        (Resources { cpu_quota: 10, ..none() }, "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
        (Resources { cpu_shares: -1, ..none() }, "shares: invalid argument"),
        (
            Resources { cpuset_cpus: "7".to_owned(), ..none() },
            "Requested CPUs are not available - requested 7, available: 0-1",
        ),
        (Resources { cpuset_mems: "x".to_owned(), ..none() }, "Invalid value x for cpuset mems: invalid format: x"),
        (Resources { blkio_weight: 5, ..none() }, "Range of blkio weight is from 10 to 1000"),
        (Resources { oom_score_adj: 2000, ..none() }, "Invalid value 2000, range for oom score adj is [-1000, 1000]"),
    ] {
        assert_eq!(answer(asked, &everything()), Err(sentence.to_owned()));
    }
}

#[test]
fn without_control_groups_limits_are_given_up_with_a_warning() {
    let mut asked = Resources {
        memory: 64 << 20,
        memory_swap: 128 << 20,
        pids_limit: Some(10),
        cpu_shares: 512,
        cpu_quota: 50_000,
        cpuset_cpus: "0".to_owned(),
        blkio_device_read_bps: vec![ThrottleDevice { path: "/dev/null".to_owned(), rate: 1 }],
        ..Resources::default()
    };
    let warnings = verify(&mut asked, &Capacity::default(), TWO, Asked::Anew).unwrap();
    assert_eq!(
        warnings,
        [
            "Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.",
            "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs limit discarded.",
            "Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.",
            "Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.",
            "Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.",
            "Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit discarded.",
        ]
    );
    assert_eq!(asked, Resources { memory_swap: -1, ..Resources::default() });
}

#[test]
fn processors_that_cannot_be_divided_are_refused_as_docker_does() {
    let asked = Resources { nano_cpus: 500_000_000, ..Resources::default() };
    assert_eq!(
        answer(asked, &Capacity::default()),
        Err("NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted"
            .to_owned())
    );
}

#[test]
fn a_change_need_not_repeat_the_memory_limit() {
    let mut asked = Resources { memory_swap: 128 << 20, ..Resources::default() };
    assert_eq!(verify(&mut asked, &everything(), TWO, Asked::Change).unwrap(), Vec::<String>::new());
}
