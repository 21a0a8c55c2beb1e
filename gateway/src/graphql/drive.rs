//! Runs a future on the processors for computing. Invariant: none of its code runs on the threads that serve
//! connections, and while it waits it holds no processor.

use crate::{error::ApiError, processors::Processors};
use std::{
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};
use tokio::sync::Notify;

/// Remembers that the future can go on, also when nobody waits for that yet.
struct Woken(Notify);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Runs `future` to its end, each step within [`Processors::compute`]. The current request stays known to it.
///
/// # Errors
/// An internal failure, when the future panicked.
pub(super) async fn run<F>(processors: &Processors, future: F) -> Result<F::Output, ApiError>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let mut future = Box::pin(crate::trace::inherit(future));
    let woken = Arc::new(Woken(Notify::new()));
    loop {
        let waker = Waker::from(Arc::clone(&woken));
        let step = move || {
            let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
            (future, polled)
        };
        match processors.compute(step).await? {
            (_, Poll::Ready(output)) => return Ok(output),
            (rest, Poll::Pending) => future = rest,
        }
        woken.0.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::{Fair, Limits};
    use std::{thread, time::Duration};

    const PROCESSORS: u32 = 2;

    fn processors() -> Processors {
        Processors::new(Fair::new("processors", Limits::of(PROCESSORS, Duration::from_secs(20))))
    }

    #[tokio::test]
    async fn each_step_runs_off_the_thread_of_the_runtime() {
        let serving = thread::current().id();
        let future = async move {
            let mut threads = Vec::new();
            for _ in 0..3 {
                threads.push(thread::current().id());
                tokio::task::yield_now().await;
            }
            threads.iter().all(|thread| *thread != serving)
        };
        assert!(run(&processors(), future).await.expect("it runs"));
    }

    #[tokio::test]
    async fn waiting_holds_no_processor() {
        let processors = Arc::new(processors());
        let (tell, told) = tokio::sync::oneshot::channel::<()>();
        let many = PROCESSORS * 4;
        let told = futures::FutureExt::shared(told);
        let waiting: Vec<_> = (0..many)
            .map(|_| {
                let (processors, told) = (Arc::clone(&processors), told.clone());
                tokio::spawn(async move { run(&processors, told).await.is_ok() })
            })
            .collect();
        assert_eq!(processors.compute(|| 1).await.expect("a processor is free"), 1);
        tell.send(()).expect("they wait");
        for one in waiting {
            assert!(one.await.expect("it ends"));
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_failure() {
        let future = async { panic!("a fault of the library") };
        let failed: Result<(), ApiError> = run(&processors(), future).await;
        assert_eq!(failed.expect_err("it panicked").code().name, "internal.failure");
    }
}
