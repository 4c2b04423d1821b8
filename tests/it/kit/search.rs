//! Searching messages, and bringing the index up to date without waiting for the background.

use crosstalk::domain::{Error, FoundPage, OrganizationId, SearchPage, SearchQuery, Span, Words};
use crosstalk::{jobs, ops};

use super::TestApp;

/// What a query means without filters.
pub fn asking(words: &str) -> SearchQuery {
    SearchQuery { words: Words::parse(words).expect("a query"), room: None, author: None, span: Span::ALWAYS }
}

impl TestApp {
    /// Puts everything into the index that is not in it yet.
    pub fn index(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(jobs::index_messages(self.world.clone())).expect("an index");
    }

    /// A page of what the first organization's rooms say.
    pub fn search(&self, query: &SearchQuery, page: SearchPage) -> FoundPage {
        self.search_in("office", query, page).expect("a page")
    }

    /// A page of what an organization's rooms say.
    pub fn search_in(&self, organization: &str, query: &SearchQuery, page: SearchPage) -> Result<FoundPage, Error> {
        let organization = OrganizationId::new(self.organization(organization));
        self.world.read(|tx| ops::search::search_messages(tx, organization, query, page))
    }

    /// Texts of the first page, newest first; the same before and after what is new went into the index.
    #[track_caller]
    pub fn finds(&self, words: &str) -> Vec<String> {
        let texts = || -> Vec<String> { self.search(&asking(words), SearchPage::FIRST).hits.into_iter().map(|hit| hit.text).collect() };
        let fresh = texts();
        self.index();
        assert_eq!(fresh, texts(), "{words}: the index knows something else than the messages say");
        fresh
    }
}
