namespace UniRep.IO

open System
open UniRep

/// Counts the letters of nucleotides.
[<Struct>]
type internal NucleotideCount =
    {
        A: int64
        C: int64
        G: int64
        /// T and U.
        T: int64
        N: int64
    }

    static member None =
        {
            A = 0L
            C = 0L
            G = 0L
            T = 0L
            N = 0L
        }

    static member Of(letters: string) =
        let count (letter: char) =
            int64 (MemoryExtensions.Count(letters.AsSpan(), letter))

        {
            A = count 'A'
            C = count 'C'
            G = count 'G'
            T = count 'T' + count 'U'
            N = count 'N'
        }

    member this.Plus(other: NucleotideCount) =
        {
            A = this.A + other.A
            C = this.C + other.C
            G = this.G + other.G
            T = this.T + other.T
            N = this.N + other.N
        }

    member this.Total = this.A + this.C + this.G + this.T + this.N

    /// Whether so many letters are of nucleotides: nearly all, enough not to be a peptide by chance, and each of the four
    /// often enough not to be a repeat such as poly-GA.
    member this.IsLikely(residues: int64, fewest: int64) =
        residues >= fewest
        && 20L * this.Total >= 19L * residues
        && 50L * (min (min this.A this.C) (min this.G this.T)) >= residues
