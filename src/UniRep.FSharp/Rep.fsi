namespace UniRep

/// The representation of one sequence: three vectors of the top layer, `[H]` each.
type Rep =
    {
        /// The mean of h over start and every residue (L + 1 positions): "the UniRep vector".
        Average: float32[]
        /// h after the last residue.
        Final: float32[]
        /// c after the last residue.
        Cell: float32[]
    }

    interface IDisplay

    /// Gets one line: the size, and the first values.
    member internal Summary: string

    /// Gives an HTML fragment for notebooks: how the values of each vector are spread, and the first of them.
    member ToHtml: unit -> string

/// Works on representations.
[<RequireQualifiedAccess>]
module Rep =
    /// Concatenates average, final and cell, `[3 H]`: "UniRep fusion".
    val fusion: rep: Rep -> float32[]
