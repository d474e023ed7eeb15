namespace UniRep.Design

open System
open UniRep
open UniRep.Charts

[<RequireQualifiedAccess>]
module Scan =
    let residues = "GAVLIMCFYWPSTNQHKRDE"

    let mutants (wildType: WildType) =
        let letters = wildType.Sequence.Letters

        [|
            for at in 0 .. letters.Length - 1 do
                for residue in Pssm.letters do
                    if residue <> letters[at] then
                        let mutated = letters.ToCharArray()
                        mutated[at] <- residue

                        match Sequence.parse (String mutated) with
                        | Ok sequence ->
                            {
                                Original = letters[at]
                                Position = wildType.First + at
                                Replacement = residue
                            },
                            sequence
                        // One of the 20 standard residues stands in for a letter of a sequence.
                        | Error error -> invalidOp error.Message
        |]

    let matrix (wildType: WildType) (scores: float[]) =
        let mutations = mutants wildType |> Array.map fst

        if mutations.Length <> scores.Length then
            raise (ArgumentException($"{mutations.Length} scores are expected", nameof scores))

        let matrix = Array2D.create residues.Length wildType.Sequence.Length nan

        Array.iter2
            (fun mutation score ->
                let row = residues.IndexOf mutation.Replacement
                matrix[row, mutation.Position - wildType.First] <- score)
            mutations
            scores

        matrix

    let chart title legend (wildType: WildType) scores =
        let columns =
            wildType.Sequence.Letters
            |> Seq.mapi (fun at letter -> string letter + string (wildType.First + at))
            |> Array.ofSeq

        let rows = residues |> Seq.map string |> Array.ofSeq
        let width = Math.Clamp(170 + 6 * columns.Length, 480, 4000)

        Chart.heatMap
            title
            (Chart.axis "position")
            (Chart.axis "residue")
            Colours.Diverging
            legend
            rows
            columns
            (matrix wildType scores)
        |> Chart.sized width 460
