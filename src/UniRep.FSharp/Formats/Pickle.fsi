namespace UniRep.Formats

open UniRep

/// Reads pickles of plain NumPy arrays, tuples, lists and dictionaries, by a white list: the five globals that arrays
/// need are known, each understood by this reader itself; nothing is imported, nothing is executed.
[<RequireQualifiedAccess>]
module Pickle =
    /// Reads a pickle of protocol 2 to 5.
    val parse: bytes: byte[] -> Result<PickleValue, PickleError>
