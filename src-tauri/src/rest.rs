//! Gives memory back that was freed, when no window is in sight for a while: most of it was the window's. Must never
//! do so beside a window that is being made or looked at, which would have to get it anew.

use std::time::Duration;

use tokio::{sync::watch, task::spawn_blocking, time::sleep};

/// What a window leaves behind is freed by then, and who only wanted it out of the way has it back.
const SETTLED: Duration = Duration::from_secs(5);

/// Until nobody says any more whether a window is `shown`.
pub(crate) async fn follow(shown: watch::Receiver<bool>) {
    follow_with(shown, || sleep(SETTLED), shoal_heap::give_back).await;
}

async fn follow_with<S: Future<Output = ()>>(
    mut shown: watch::Receiver<bool>,
    settle: impl Fn() -> S,
    give_back: impl Fn() + Clone + Send + 'static,
) {
    loop {
        let is_away = !*shown.borrow_and_update();
        if is_away {
            tokio::select! {
                changed = shown.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return,
                },
                () = settle() => {
                    let _ = spawn_blocking(give_back.clone()).await;
                }
            }
        }
        if shown.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::sync::Arc;

    use tokio::{
        sync::{Notify, mpsc},
        task::yield_now,
    };

    use super::*;

    /// One thread: what was woken has run, and waits again, when this returns.
    async fn all_else() {
        for _ in 0..8 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn memory_goes_back_each_time_no_window_is_there_for_a_while() {
        let (tell, shown) = watch::channel(false);
        let (give, mut given) = mpsc::unbounded_channel();
        let settled = Arc::new(Notify::new());
        let settling = settled.clone();
        let following = tokio::spawn(async move {
            let settle = || settling.notified();
            follow_with(shown, settle, move || give.send(()).unwrap()).await;
        });
        settled.notify_one();
        given.recv().await.expect("it was started hidden");

        tell.send(true).unwrap();
        all_else().await;
        tell.send(false).unwrap();
        settled.notify_one();
        given.recv().await.expect("the window was put away");

        tell.send(true).unwrap();
        all_else().await;
        tell.send(false).unwrap();
        all_else().await;
        tell.send(true).unwrap();
        all_else().await;
        settled.notify_one();
        drop(tell);
        following.await.unwrap();
        assert!(given.recv().await.is_none(), "it was back soon");
    }
}
