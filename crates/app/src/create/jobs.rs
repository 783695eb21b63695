//! The torrents that are being made for the interface, each on a thread of its own. A few at once,
//! and what they came to is kept for a while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use shoal_api::{ApiError, ApiResult, CreateState, CreateStatus};
use shoal_metainfo::Control;

use super::make::Made;

/// Most at once. Each has all cores hashing; more would only wait for the same disk.
const RUNNING_MAX: usize = 4;
/// Most results kept; the oldest goes first.
const KEPT_MAX: usize = 10;
/// How long a result is kept.
const KEPT_FOR: Duration = Duration::from_secs(3_600);

/// How a job ended.
struct Ended {
    at: Instant,
    outcome: Result<Arc<Made>, ApiError>,
    /// Why it could not be added to the list.
    not_added: Option<ApiError>,
}

/// One job.
pub(crate) struct Job {
    id: String,
    control: Control,
    cancelled: AtomicBool,
    done_bytes: AtomicU64,
    total_bytes: AtomicU64,
    ended: Mutex<Option<Ended>>,
}

impl Job {
    /// For whoever works on it: pauses and ends it.
    pub(crate) fn control(&self) -> &Control {
        &self.control
    }

    pub(crate) fn progress(&self, done_bytes: u64, total_bytes: u64) {
        self.total_bytes.store(total_bytes, Relaxed);
        self.done_bytes.store(done_bytes, Relaxed);
    }

    pub(crate) fn cancel(&self) {
        if self.ended.lock().is_none() {
            self.cancelled.store(true, Relaxed);
            self.control.cancel();
        }
    }

    pub(crate) fn made(&self) -> ApiResult<Arc<Made>> {
        match &*self.ended.lock() {
            Some(Ended { outcome, .. }) if !self.cancelled.load(Relaxed) => outcome.clone(),
            _ => Err(ApiError::new("job_not_done")),
        }
    }

    pub(crate) fn status(&self) -> CreateStatus {
        let mut status = CreateStatus {
            state: CreateState::Running,
            done_bytes: self.done_bytes.load(Relaxed),
            total_bytes: self.total_bytes.load(Relaxed),
            error: None,
            result: None,
        };
        if self.cancelled.load(Relaxed) {
            status.state = CreateState::Cancelled;
            return status;
        }
        match &*self.ended.lock() {
            None => {}
            Some(Ended {
                outcome: Ok(made),
                not_added,
                ..
            }) => {
                status.state = CreateState::Done;
                status.error.clone_from(not_added);
                status.result = Some(made.view());
            }
            Some(Ended {
                outcome: Err(error),
                ..
            }) => {
                status.state = CreateState::Failed;
                status.error = Some(error.clone());
            }
        }
        status
    }

    fn end(&self, outcome: Result<Arc<Made>, ApiError>, not_added: Option<ApiError>) {
        let at = Instant::now();
        *self.ended.lock() = Some(Ended {
            at,
            outcome,
            not_added,
        });
    }

    fn ended_at(&self) -> Option<Instant> {
        self.ended.lock().as_ref().map(|ended| ended.at)
    }
}

#[derive(Default)]
struct All {
    next: u64,
    jobs: Vec<Arc<Job>>,
}

/// All jobs.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<All>);

impl Jobs {
    /// Begins a job: `work` does it on its own thread, then `add` takes what was made over.
    pub(crate) fn start(
        &self,
        work: impl FnOnce(&Job) -> ApiResult<Made> + Send + 'static,
        add: impl FnOnce(&Made) -> ApiResult<()> + Send + 'static,
    ) -> ApiResult<String> {
        let job = {
            let mut all = self.0.lock();
            all.tidy(Instant::now());
            if all.jobs.iter().filter(|j| j.ended_at().is_none()).count() >= RUNNING_MAX {
                return Err(ApiError::new("too_many_jobs").with("max", RUNNING_MAX));
            }
            all.next += 1;
            let job = Arc::new(Job {
                id: all.next.to_string(),
                control: Control::new(),
                cancelled: AtomicBool::new(false),
                done_bytes: AtomicU64::new(0),
                total_bytes: AtomicU64::new(0),
                ended: Mutex::new(None),
            });
            all.jobs.push(job.clone());
            job
        };
        let id = job.id.clone();
        let worker = job.clone();
        let all_of_it = move || {
            let made = work(&worker).map(Arc::new);
            let cancelled = worker.cancelled.load(Relaxed);
            let not_added = match &made {
                Ok(made) if !cancelled => add(made).err(),
                _ => None,
            };
            worker.end(made, not_added);
        };
        let thread = thread::Builder::new().name("shoal-create".to_owned());
        if let Err(error) = thread.spawn(move || {
            let _guard = Guard(job);
            all_of_it();
        }) {
            self.0.lock().jobs.retain(|j| j.id != id);
            return Err(ApiError::new("internal").with("detail", error));
        }
        Ok(id)
    }

    /// The job called `id`, while it is kept.
    pub(crate) fn get(&self, id: &str) -> ApiResult<Arc<Job>> {
        let mut all = self.0.lock();
        all.tidy(Instant::now());
        let job = all.jobs.iter().find(|job| job.id == id);
        job.cloned().ok_or_else(|| ApiError::new("job_gone"))
    }

    /// Shoal quits.
    pub(crate) fn cancel_all(&self) {
        for job in &self.0.lock().jobs {
            job.cancel();
        }
    }
}

impl All {
    fn tidy(&mut self, now: Instant) {
        let old = |at: Instant| now.saturating_duration_since(at) > KEPT_FOR;
        self.jobs.retain(|job| !job.ended_at().is_some_and(old));
        while self.jobs.iter().filter(|j| j.ended_at().is_some()).count() > KEPT_MAX {
            let ended = self.jobs.iter().enumerate();
            let oldest = ended
                .filter_map(|(i, job)| Some((job.ended_at()?, i)))
                .min();
            let Some((_, at)) = oldest else { return };
            self.jobs.remove(at);
        }
    }
}

/// A job whose thread panics has ended, too.
struct Guard(Arc<Job>);

impl Drop for Guard {
    fn drop(&mut self) {
        if self.0.ended_at().is_none() {
            self.0.end(Err(ApiError::new("internal")), None);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::sync::mpsc;

    use super::*;

    fn wait_for(jobs: &Jobs, id: &str, state: CreateState) {
        let until = Instant::now() + Duration::from_secs(20);
        while jobs.get(id).unwrap().status().state != state {
            assert!(
                Instant::now() < until,
                "{:?}",
                jobs.get(id).unwrap().status()
            );
            thread::yield_now();
        }
    }

    fn failing(jobs: &Jobs) -> String {
        let make = |_: &Job| Err(ApiError::new("as_a_test"));
        jobs.start(make, |_| Ok(())).unwrap()
    }

    #[test]
    fn four_at_once_and_no_more() {
        let jobs = Jobs::default();
        let (go, wait) = mpsc::channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        let start = || {
            let wait = wait.clone();
            let make = move |_: &Job| {
                let _ = wait.lock().recv();
                Err(ApiError::new("as_a_test"))
            };
            jobs.start(make, |_| Ok(()))
        };
        let ids: Vec<String> = (0..RUNNING_MAX).map(|_| start().unwrap()).collect();
        assert_eq!(start().unwrap_err().code, "too_many_jobs");
        drop(go);
        for id in &ids {
            wait_for(&jobs, id, CreateState::Failed);
        }
        assert!(start().is_ok());
    }

    #[test]
    fn ten_results_are_kept_for_an_hour() {
        let jobs = Jobs::default();
        let ids: Vec<String> = (0..KEPT_MAX + 2)
            .map(|_| {
                let id = failing(&jobs);
                wait_for(&jobs, &id, CreateState::Failed);
                id
            })
            .collect();
        assert_eq!(jobs.get(&ids[0]).map(|_| ()).unwrap_err().code, "job_gone");
        assert!(jobs.get(&ids[2]).is_ok());
        let later = Instant::now() + KEPT_FOR + Duration::from_secs(1);
        jobs.0.lock().tidy(later);
        assert!(jobs.0.lock().jobs.is_empty());
    }

    #[test]
    fn a_job_that_panics_has_failed() {
        let jobs = Jobs::default();
        let id = jobs.start(|_| panic!("as a test"), |_| Ok(())).unwrap();
        wait_for(&jobs, &id, CreateState::Failed);
    }

    #[test]
    fn a_cancelled_job_is_cancelled_whatever_it_came_to() {
        let jobs = Jobs::default();
        let make = |job: &Job| {
            while !job.control().is_cancelled() {
                thread::yield_now();
            }
            Err(ApiError::new("as_a_test"))
        };
        let id = jobs.start(make, |_| Ok(())).unwrap();
        jobs.get(&id).unwrap().cancel();
        wait_for(&jobs, &id, CreateState::Cancelled);
        assert_eq!(
            jobs.get(&id).unwrap().made().map(|_| ()).unwrap_err().code,
            "job_not_done"
        );
    }
}
