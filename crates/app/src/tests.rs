#![allow(clippy::unwrap_used, reason = "tests")]

use std::{sync::mpsc as std_mpsc, thread};

use shoal_api::ApiError;
use shoal_testkit::FakeEngine;
use tempfile::TempDir;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

async fn start(dir: &TempDir) -> (App, FakeEngine) {
    let (tell, told) = std_mpsc::channel();
    let make = move |_, sink| {
        let engine = FakeEngine::new(sink);
        tell.send(engine.clone()).unwrap();
        Ok(Arc::new(engine) as Arc<dyn Engine>)
    };
    let options = Options {
        data_dir: Some(dir.path().join("data")),
        ..Options::default()
    };
    match App::start_with(options, Box::new(make)).await.unwrap() {
        Started::Running(app) => (app, told.recv().unwrap()),
        Started::HandedOver { .. } => panic!("the folder is in use"),
    }
}

async fn next(events: &mut Subscription) -> Option<Event> {
    let next = tokio::time::timeout(PATIENCE, events.next());
    next.await.unwrap()
}

#[tokio::test]
async fn a_thread_without_a_runtime_may_open_something() {
    let dir = tempfile::tempdir().unwrap();
    let (app, _) = start(&dir).await;
    let mut events = app.subscribe();
    assert!(matches!(next(&mut events).await, Some(Event::Snapshot(_))));
    let dropped = app.clone();
    let window = thread::spawn(move || dropped.open(vec!["/no/such.torrent".to_owned()]));
    window.join().unwrap();
    loop {
        match next(&mut events).await.unwrap() {
            Event::OpenRequest { errors, .. } => break assert_eq!(errors.len(), 1),
            Event::Delta(_) => {}
            other => panic!("{other:?}"),
        }
    }
    app.shutdown().await;
}

#[tokio::test]
async fn when_the_actor_fails_nobody_waits_and_nothing_goes_on_unrecorded() {
    let dir = tempfile::tempdir().unwrap();
    let (app, engine) = start(&dir).await;
    let mut events = app.subscribe();
    assert!(matches!(next(&mut events).await, Some(Event::Snapshot(_))));
    let answer: Result<(), ApiError> = app.inner.ask(|_| panic!("as a test")).await;
    assert_eq!(answer.unwrap_err().code, "shutting_down");
    while next(&mut events).await.is_some() {}
    let shut = |r: &EngineRequest| matches!(r, EngineRequest::Shutdown);
    assert!(engine.requests().iter().any(shut));
    app.shutdown().await;
}

/// Names of what was offered, until there are `count`.
async fn offered(events: &mut Subscription, count: usize) -> Vec<String> {
    let mut names = vec![];
    while names.len() < count {
        if let Some(Event::OpenRequest { previews, .. }) = next(events).await {
            names.extend(previews.into_iter().map(|preview| preview.name));
        }
    }
    names
}

fn magnet(n: usize) -> String {
    format!("magnet:?xt=urn:btih:{n:040x}&dn=m{n}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_links_at_once_are_offered_in_the_order_they_came() {
    let dir = tempfile::tempdir().unwrap();
    let (app, _) = start(&dir).await;
    let mut events = app.subscribe();
    // The first one has much to read; the others would be done before it.
    app.open((0..300).map(magnet).collect());
    for n in 300..320 {
        app.open(vec![magnet(n)]);
    }
    let names = offered(&mut events, 320).await;
    let in_order: Vec<String> = (0..320).map(|n| format!("m{n}")).collect();
    assert_eq!(names, in_order);
    app.shutdown().await;
}

#[tokio::test]
async fn another_start_raises_this_one_unless_it_is_a_quiet_one() {
    let dir = tempfile::tempdir().unwrap();
    let (app, _) = start(&dir).await;
    let (tell, told) = std_mpsc::channel();
    app.on_raise(move |token| tell.send(token).unwrap());
    let again = |open: &[&str], quiet, token: Option<&str>| {
        let options = Options {
            data_dir: Some(dir.path().join("data")),
            open: open.iter().map(|&one| one.to_owned()).collect(),
            quiet,
            token: token.map(str::to_owned),
            ..Options::default()
        };
        async move {
            let unused = Box::new(|_, _| panic!("there is one engine"));
            let started = App::start_with(options, unused).await.unwrap();
            assert!(matches!(started, Started::HandedOver { shows: true }));
        }
    };
    again(&[], true, Some("unused")).await;
    assert!(told.try_recv().is_err(), "it was only to be there");
    again(&[], false, None).await;
    assert_eq!(told.try_recv(), Ok(None));
    again(&[&magnet(1)], true, Some("token")).await;
    assert_eq!(told.try_recv(), Ok(Some("token".to_owned())));
    let mut events = app.subscribe();
    assert_eq!(offered(&mut events, 1).await, ["m1"]);
    app.shutdown().await;
}

#[tokio::test]
async fn a_start_is_told_that_the_one_that_runs_has_no_window() {
    let dir = tempfile::tempdir().unwrap();
    let make = |_, sink| Ok(Arc::new(FakeEngine::new(sink)) as Arc<dyn Engine>);
    let options = |open: Vec<String>| Options {
        data_dir: Some(dir.path().join("data")),
        open,
        faceless: true,
        ..Options::default()
    };
    let started = App::start_with(options(vec![]), Box::new(make)).await;
    let Started::Running(app) = started.unwrap() else {
        panic!("the folder is in use");
    };
    let unused = Box::new(|_, _| panic!("there is one engine"));
    let started = App::start_with(options(vec![magnet(1)]), unused).await;
    let unseen = matches!(started.unwrap(), Started::HandedOver { shows: false });
    assert!(unseen);
    let mut events = app.subscribe();
    assert_eq!(offered(&mut events, 1).await, ["m1"]);
    app.shutdown().await;
}

#[tokio::test]
async fn what_is_wanted_before_somebody_can_show_it_is_shown_then() {
    let dir = tempfile::tempdir().unwrap();
    let (app, _) = start(&dir).await;
    let options = Options {
        data_dir: Some(dir.path().join("data")),
        token: Some("token".to_owned()),
        ..Options::default()
    };
    let unused = Box::new(|_, _| panic!("there is one engine"));
    let started = App::start_with(options, unused).await.unwrap();
    assert!(matches!(started, Started::HandedOver { shows: true }));
    let (tell, told) = std_mpsc::channel();
    app.on_raise(move |token| tell.send(token).unwrap());
    assert_eq!(told.try_recv(), Ok(Some("token".to_owned())));
    assert!(told.try_recv().is_err(), "once");
    app.shutdown().await;
}

#[tokio::test]
async fn a_link_that_is_opened_while_shoal_quits_starts_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let (app, _) = start(&dir).await;
    let (tell, told) = std_mpsc::channel();
    app.on_raise(move |token| tell.send(token).unwrap());
    // The window is gone, and all is still to be saved.
    app.leave();
    let options = Options {
        data_dir: Some(dir.path().join("data")),
        open: vec![magnet(1)],
        ..Options::default()
    };
    let make = |_, sink| Ok(Arc::new(FakeEngine::new(sink)) as Arc<dyn Engine>);
    let mut next = Box::pin(App::start_with(options, Box::new(make)));
    let early = tokio::time::timeout(handover::TRY_AGAIN * 3, &mut next).await;
    assert!(early.is_err(), "what it was given is not lost on the way");
    app.shutdown().await;
    drop(app);
    let Started::Running(app) = next.await.unwrap() else {
        panic!("it was handed to one that has gone");
    };
    assert!(
        told.try_recv().is_err(),
        "nothing is shown by one that quits"
    );
    let mut events = app.subscribe();
    assert_eq!(offered(&mut events, 1).await, ["m1"]);
    app.shutdown().await;
}
