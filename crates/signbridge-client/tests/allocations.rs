//! The token at hand costs no allocation. A binary of its own, because it counts every allocation of its thread.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use signbridge_client::{IssuedToken, TokenCache, TokenSource, TokioClock};
use signbridge_core::{Authenticator, Result};

#[derive(Debug)]
struct Mint;

#[async_trait]
impl TokenSource for Mint {
    async fn fetch(&self) -> Result<IssuedToken> {
        Ok(IssuedToken {
            access_token: "x".repeat(2000).into(),
            lifetime: Duration::from_secs(3600),
            scope: None,
        })
    }
}

#[tokio::test]
async fn the_token_at_hand_costs_no_allocation() {
    let cache = TokenCache::new(Arc::new(Mint), Arc::new(TokioClock), Duration::from_secs(600));
    let renewed = allocation_counter::measure(|| {
        futures_util::future::FutureExt::now_or_never(cache.renew(None)).unwrap().unwrap();
    });
    assert!(renewed.count_total > 0, "the counter counts");
    let at_hand = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            assert!(cache.current().is_some());
        }
    });
    assert_eq!(at_hand.count_total, 0);
}
