//! With programs that every system has.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use super::*;

/// A queue, and what comes of what is in it.
struct World {
    programs: Programs,
    came: mpsc::UnboundedReceiver<Ran>,
    tasks: TaskTracker,
    end: CancellationToken,
}

impl World {
    fn new() -> Self {
        Self::within(TIME_MAX)
    }

    fn within(time: Duration) -> Self {
        let (tell, came) = mpsc::unbounded_channel();
        let (tasks, end) = (TaskTracker::new(), CancellationToken::new());
        let tell: Tell = Arc::new(move |ran| drop(tell.send(ran)));
        Self {
            programs: Programs::start_within(time, tell, &["HOME"], &tasks, end.clone()),
            came,
            tasks,
            end,
        }
    }

    async fn run(&mut self, argv: &[&str]) -> (Result<i32, String>, String) {
        self.programs.push(job(1, argv));
        let ran = self.came.recv().await.unwrap();
        (ran.outcome, ran.output)
    }
}

fn job(n: u8, argv: &[&str]) -> Job {
    Job {
        hash: InfoHash([n; 20]),
        argv: argv.iter().map(OsString::from).collect(),
        env: vec![("SHOAL_NAME", "$(touch x) 'a'".into())],
    }
}

/// A program that says `script` does, without any of the test's own words in a shell.
fn script(dir: &Path, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;

    let path = dir.join("program");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn words_reach_the_program_as_they_are_and_its_end_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let program = script(
        dir.path(),
        "printf '%s|' \"$@\"; printenv SHOAL_NAME; cat; echo bad >&2; exit 3",
    );
    let mut world = World::new();
    let hostile = "a b; $(touch y) `z` \"q\" 'r' \\ *";
    let (outcome, output) = world.run(&[&program, hostile, "", "--x"]).await;
    assert_eq!(outcome, Ok(3));
    let said = format!("{hostile}||--x|$(touch x) 'a'");
    assert!(output.contains(&said) && output.contains("bad"), "{output}");
    let (outcome, output) = world.run(&["true"]).await;
    assert_eq!((outcome, output.as_str()), (Ok(0), ""));
}

#[tokio::test]
async fn what_is_for_shoal_alone_is_not_in_the_environment() {
    assert!(std::env::var_os("HOME").is_some() && std::env::var_os("PATH").is_some());
    let mut world = World::new();
    let (outcome, output) = world.run(&["env"]).await;
    assert_eq!(outcome, Ok(0));
    assert!(
        !output.contains("\nHOME=") && !output.starts_with("HOME="),
        "{output}"
    );
    assert!(
        output.contains("PATH=") && output.contains("SHOAL_NAME="),
        "{output}"
    );
}

#[tokio::test]
async fn what_cannot_be_run_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new();
    let missing = dir.path().join("none");
    assert!(world.run(&[missing.to_str().unwrap()]).await.0.is_err());
    assert!(world.run(&[""]).await.0.is_err());
    assert!(world.run(&[]).await.0.is_err());
    let killed = script(dir.path(), "kill -9 $$");
    assert_eq!(world.run(&[&killed]).await.0, Err("signal 9".to_owned()));
}

#[tokio::test]
async fn only_the_beginning_of_much_is_kept_and_nothing_waits_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let program = script(dir.path(), "head -c 3000000 /dev/zero | tr '\\0' a");
    let mut world = World::new();
    let (outcome, output) = world.run(&[&program]).await;
    assert_eq!(outcome, Ok(0));
    assert_eq!(output.len(), LOG_OUTPUT_BYTES_MAX);
    let program = script(dir.path(), "head -c 90000 /dev/zero | tr '\\0' '\\377'");
    let (_, output) = world.run(&[&program]).await;
    assert!(!output.is_empty() && output.len() <= LOG_OUTPUT_BYTES_MAX);
    let program = script(
        dir.path(),
        "printf 'a\\033[2Jb\\r\\n\\tc\\342\\200\\256d\\n\\n'",
    );
    assert_eq!(world.run(&[&program]).await.1, "a[2Jb\n\tcd");
}

#[tokio::test]
async fn one_that_takes_too_long_is_ended_with_all_that_it_has_started() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::within(Duration::from_millis(300));
    let program = script(dir.path(), "trap '' TERM; sleep 1000 & echo $!; wait");
    let (outcome, output) = world.run(&[&program]).await;
    assert_eq!(outcome, Err("timeout".to_owned()));
    let child: i32 = output.trim().parse().unwrap();
    let gone = shoal_testkit::wait::poll(shoal_testkit::wait::GENEROUS, || is_gone(child));
    assert!(gone.is_some(), "{child} still runs");
}

fn is_gone(process: i32) -> Option<()> {
    let state = fs::read_to_string(format!("/proc/{process}/stat"));
    match state {
        Ok(text) => text.contains(") Z ").then_some(()),
        Err(_) => Some(()),
    }
}

#[tokio::test]
async fn one_that_leaves_another_behind_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new();
    let program = script(dir.path(), "sleep 1000 & echo $!");
    let (outcome, output) = world.run(&[&program]).await;
    assert_eq!(outcome, Ok(0));
    let left = output.trim().parse().ok();
    let left = left.and_then(rustix::process::Pid::from_raw).unwrap();
    rustix::process::kill_process(left, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn one_runs_at_a_time_and_in_order_and_too_many_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let lock = dir.path().join("lock");
    let text = format!("mkdir '{0}' && rmdir '{0}'", lock.display());
    let program = script(dir.path(), &text);
    let mut world = World::new();
    for n in 0..20 {
        world.programs.push(job(n, &[&program]));
    }
    for n in 0..20 {
        let ran = world.came.recv().await.unwrap();
        assert_eq!((ran.hash.0[0], ran.outcome), (n, Ok(0)));
    }
    for _ in 0..WAITING_MAX + 2 {
        world.programs.push(job(9, &["sleep", "1000"]));
    }
    let refused = world.came.recv().await.unwrap();
    assert_eq!(refused.outcome, Err("too_many".to_owned()));
    world.end.cancel();
}

#[tokio::test]
async fn quitting_ends_what_runs_and_each_that_was_not_begun_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let begun = dir.path().join("begun");
    let program = script(
        dir.path(),
        &format!("touch '{}'; sleep 1000", begun.display()),
    );
    let mut world = World::new();
    world.programs.push(job(1, &[&program]));
    world.programs.push(job(2, &[&program]));
    world.programs.push(job(3, &[&program]));
    while !begun.exists() {
        tokio::task::yield_now().await;
    }
    world.end.cancel();
    world.tasks.close();
    world.tasks.wait().await;
    world.programs.push(job(4, &[&program]));
    let mut came = vec![];
    while let Ok(ran) = world.came.try_recv() {
        came.push((ran.hash.0[0], ran.outcome.unwrap_err()));
    }
    let stopped = (1, "stopped".to_owned());
    let not_begun = |n| (n, PROGRAM_NOT_BEGUN.to_owned());
    assert_eq!(came, [stopped, not_begun(2), not_begun(3), not_begun(4)]);
}
