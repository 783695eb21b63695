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
        Started::HandedOver => panic!("the folder is in use"),
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
