//! Rules are checked, and what is asked about folders that there are not.

use super::*;

async fn refused(stage: &Stage, id: Option<u64>, more: Value) -> ApiError {
    let rules = stage.rules("in", more);
    let put = stage.call("watch_put", json!({"id": id, "rules": rules}));
    put.await.unwrap_err()
}

#[tokio::test]
async fn rules_that_cannot_be_are_refused_with_what_is_wrong() {
    let stage = Stage::new().await;
    let code = refused(&stage, None, json!({"path": "not/absolute"})).await;
    assert_eq!(
        (&*code.code, &*code.params["field"]),
        ("watch_bad_folder", "path")
    );
    let code = refused(&stage, None, json!({"include": ["a["]})).await;
    assert_eq!(
        (&*code.code, &*code.params["pattern"]),
        ("watch_bad_pattern", "a[")
    );
    let code = refused(&stage, Some(9), json!({})).await;
    assert_eq!(code.code, "no_such_watch");
    stage.watch("in", json!({})).await;
    assert_eq!(refused(&stage, None, json!({})).await.code, "watch_twice");
    for name in ["watch_drop", "watch_look"] {
        let refused = stage.call(name, json!({"id": 9})).await.unwrap_err();
        assert_eq!(refused.code, "no_such_watch", "{name}");
    }
    let many: Vec<u64> = (0..1_001).collect();
    let refused = stage.call("watch_retry", json!({ "ids": many })).await;
    assert_eq!(refused.unwrap_err().code, "too_many");
    let missing = stage.app.to_reveal_watched(7).await.unwrap_err();
    assert_eq!(missing.code, "file_missing");
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_browser_may_set_folders_as_it_may_set_where_downloads_go() {
    let stage = Stage::new().await;
    let rules = stage.rules("in", json!({}));
    let request = json!({"id": null, "rules": rules});
    let put = stage.app.call(Caller::Http, "watch_put", request).await;
    assert!(put.is_ok(), "{put:?}");
    stage.app.shutdown().await;
}
