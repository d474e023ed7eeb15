namespace UniRep.Design

open System
open UniRep

type PssmOptions =
    {
        Identity: float
        Coverage: float
        PseudoCount: float
    }

[<Sealed>]
type Pssm internal (alignment: Alignment, weights: float[], logProbabilities: float[,]) =
    member _.Alignment = alignment
    member _.RowWeights = weights
    member _.EffectiveRows = Array.sum weights
    member _.LogProbabilities = logProbabilities

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Pssm =
    let letters = "ACDEFGHIKLMNPQRSTVWY"

    let defaults =
        {
            Identity = 0.8
            Coverage = 0.5
            PseudoCount = 10.0
        }

    let private check options =
        let refuse name value range =
            raise (ArgumentOutOfRangeException(name, (value: float), $"must be {range}"))

        if not (options.Identity > 0.0 && options.Identity <= 1.0) then
            refuse "identity" options.Identity "above 0, and 1 at most"

        if not (options.Coverage >= 0.0 && options.Coverage <= 1.0) then
            refuse "coverage" options.Coverage "from 0 to 1"

        if not (options.PseudoCount > 0.0 && Double.IsFinite options.PseudoCount) then
            refuse "pseudo-count" options.PseudoCount "above 0"

    /// The place of a letter among the 20, or -1.
    let private indexOf = Array.init 128 (fun symbol -> letters.IndexOf(char symbol))

    let private coverage (row: byte[]) =
        let residues = row |> Array.filter ((<>) (byte '-')) |> Array.length
        float residues / float row.Length

    /// The weighted counts of residues, `[columns, 20]`.
    let private count width (rows: byte[][]) (weights: float[]) =
        let counts = Array2D.zeroCreate width letters.Length

        for index in 0 .. rows.Length - 1 do
            let row, weight = rows[index], weights[index]

            if weight > 0.0 then
                for column in 0 .. width - 1 do
                    let letter = indexOf[int row[column]]

                    if letter >= 0 then
                        counts[column, letter] <- counts[column, letter] + weight

        counts

    let create options (alignment: Alignment) =
        check options
        let rows = Array.init alignment.Count alignment.Bytes
        let isKept = rows |> Array.map (fun row -> coverage row >= options.Coverage)
        let kept = rows |> Array.indexed |> Array.filter (fun (at, _) -> isKept[at])
        let weights = Array.zeroCreate rows.Length

        Array.zip kept (RowWeights.ofRows options.Identity (Array.map snd kept))
        |> Array.iter (fun ((at, _), weight) -> weights[at] <- weight)

        let counts = count alignment.Width rows weights
        let kappa = options.PseudoCount
        let share = kappa / float letters.Length

        let logProbabilities =
            Array2D.init alignment.Width letters.Length (fun column letter ->
                let total = Array.sum counts[column, *]
                log ((counts[column, letter] + share) / (total + kappa)))

        Pssm(alignment, weights, logProbabilities)

    let private logOfUnknown = log (1.0 / float letters.Length)

    let scorer (wildType: Sequence) (pssm: Pssm) =
        Alignment.placesOn wildType pssm.Alignment
        |> Result.map (fun places ->
            let score (sequence: Sequence) =
                if sequence.Length <> wildType.Length then
                    raise (
                        ArgumentException(
                            $"a sequence of {sequence.Length} residues cannot be scored by an alignment with a wild type of {wildType.Length}",
                            "sequences"
                        )
                    )

                let mutable sum = 0.0

                for column in 0 .. places.Length - 1 do
                    if places[column] >= 0 then
                        let letter = indexOf[int sequence.Letters[places[column]]]

                        sum <-
                            sum
                            + if letter >= 0 then
                                  pssm.LogProbabilities[column, letter]
                              else
                                  logOfUnknown

                sum

            {
                Name = "pssm"
                Score =
                    fun options sequences ->
                        options.Cancellation.ThrowIfCancellationRequested()
                        Array.map score sequences
            })

    let covered (wildType: Sequence) (pssm: Pssm) =
        Alignment.placesOn wildType pssm.Alignment
        |> Result.map (fun places ->
            let covered = Array.create wildType.Length false

            for place in places do
                if place >= 0 then
                    covered[place] <- true

            covered)
