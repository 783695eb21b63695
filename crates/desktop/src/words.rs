//! The words of tray and notifications, which speak while no page is there. Made from the page's own catalogues.
