//! Seats, the lobby and the passing of time, without a network.
