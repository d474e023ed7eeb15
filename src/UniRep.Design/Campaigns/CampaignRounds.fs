namespace UniRep.Design

open System
open System.Collections.Generic
open System.Globalization
open UniRep

/// Reads the rounds of a campaign with what the lab has measured.
[<RequireQualifiedAccess>]
module internal CampaignRounds =
    /// Whether two cells say the same: a spreadsheet writes 1.50 as 1.5.
    let private isSame (before: string) (now: string) =
        let number (cell: string) =
            Double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture)

        match number before, number now with
        | (true, a), (true, b) -> a = b
        | _ -> before.Trim() = now.Trim()

    /// Checks that what was measured before is what the file says now.
    let private checkPast path (before: Dictionary<string, string>) cells =
        cells
        |> Array.tryPick (fun (mutant: string, now: string, _) ->
            match before.TryGetValue mutant with
            | true, value when not (isSame value now) ->
                Some(CampaignError.PastChanged(path, mutant, value, now))
            | _ -> None)
        |> function
            | Some error -> Error error
            | None -> Ok()

    // No documentation comment: the compiler would write the anonymous record of the manifest into the XML as it is.
    // Reads every round; gives the rounds with what was measured, and the numbers by candidate.
    let read folder (manifest: Manifest) (rows: LibraryRow[]) =
        let indices = Dictionary<string, int>()
        rows |> Array.iteri (fun index row -> indices[row.Mutant] <- index)
        let path = CampaignFiles.manifest folder

        let readOne (round: ManifestRound) =
            let file = CampaignFiles.round folder round.Number

            match round.Mutants |> Array.tryFind (indices.ContainsKey >> not) with
            | Some unknown ->
                Error(CampaignError.Damaged(path, $"{Quote.upTo 40 unknown} is no candidate"))
            | None ->
                RoundFile.read file (fun mutant -> rows[indices[mutant]].Sequence) round.Mutants
                |> Result.bind (fun cells ->
                    checkPast file round.Measured cells
                    |> Result.map (fun () ->
                        let measured = Dictionary<string, string>()

                        for mutant, cell, _ in cells do
                            measured[mutant] <- cell

                        // In the order of the manifest: that of the file may have changed.
                        let numbers =
                            cells
                            |> Array.choose (fun (mutant, _, number) ->
                                number |> Option.map (fun value -> indices[mutant], value))
                            |> Array.sortBy fst

                        {| round with Measured = measured |}, numbers))

        (Ok [], manifest.Rounds)
        ||> Array.fold (fun found round ->
            found
            |> Result.bind (fun earlier ->
                readOne round |> Result.map (fun next -> next :: earlier)))
        |> Result.map (fun found ->
            let found = found |> List.rev |> Array.ofList
            let chosen = manifest.Rounds |> Array.collect _.Mutants

            Array.map fst found,
            Array.collect snd found,
            chosen |> Seq.map (fun mutant -> indices[mutant]) |> set)
