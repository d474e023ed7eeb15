namespace UniRep

/// Why something could not be done. Every error type of this library implements it.
type IError =
    /// Gets what is wrong, and where it helps what to do about it, as text for people.
    abstract Message: string
