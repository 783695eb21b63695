//! Speeds over time and sums, as they are asked for.

use super::*;

#[tokio::test]
async fn speeds_are_told_of_what_is_in_the_list_only() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    let hash = bench.add("t", json!({})).await;
    let speeds = async |hash: Value, span: &str| {
        let request = json!({"hash": hash, "span": span});
        bench.call("speed_history", request).await
    };
    for (span, step_ms, steps) in [
        ("minute", 1_000, 60),
        ("ten_minutes", 1_000, 600),
        ("hour", 10_000, 360),
        ("day", 120_000, 720),
    ] {
        for hash in [json!(hash), Value::Null] {
            let view = speeds(hash, span).await.unwrap();
            assert_eq!(view["step_ms"], step_ms);
            for way in ["down", "up"] {
                assert_eq!(view[way].as_array().unwrap().len(), steps);
            }
        }
    }
    let refused = speeds(json!("a".repeat(40)), "hour").await.unwrap_err();
    assert_eq!(refused.code, "no_such_torrent");
    assert_eq!(
        speeds(json!(hash), "year").await.unwrap_err().code,
        "bad_request"
    );
    bench.app.shutdown().await;
}

#[tokio::test]
async fn sums_go_on_after_a_restart() {
    let bench = Bench::new().await;
    let statistics = async |bench: &Bench| bench.ok("statistics", json!({})).await;
    let first = statistics(&bench).await;
    assert_eq!(first["session"]["since"], first["all_time"]["since"]);
    assert_eq!(first["days"], json!([]));
    bench.app.shutdown().await;
    let again = bench.again().await;
    let next = statistics(&again).await;
    assert_eq!(next["all_time"]["since"], first["all_time"]["since"]);
    assert!(next["session"]["since"].as_i64() > first["session"]["since"].as_i64());
    again.app.shutdown().await;
}
