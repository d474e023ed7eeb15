namespace UniRep.Design

open UniRep
open UniRep.Charts

/// Every single mutant of a wild type: each position with each of the other residues.
[<RequireQualifiedAccess>]
module Scan =
    /// Gets the 20 standard residues in the order of rows of a picture: alike ones beside each other.
    val residues: string

    /// Gives all single mutants, position by position, each with the 19 or 20 standard residues that are not there, in alphabetical
    /// order.
    val mutants: wildType: WildType -> (Mutation * Sequence)[]

    /// Arranges scores of the mutants as a matrix, `[20, L]`: a row for each of `residues`, a column for each position, NaN
    /// where the wild type has the residue itself.
    val matrix: wildType: WildType -> scores: float[] -> float[,]

    /// Draws scores as a heat map, positions along x, residues along y. The residue of the wild type is grey.
    val chart: title: string -> legend: string -> wildType: WildType -> scores: float[] -> Chart
