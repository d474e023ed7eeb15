namespace UniRep.Design

open System
open System.Collections.Generic
open System.IO
open UniRep
open UniRep.IO

type CampaignStart =
    {
        WildType: Sequence
        FirstNumber: int
        Library: SequenceTable option
        Pool: Pool
        Options: CampaignOptions
        Folder: string
    }

type CampaignRound =
    {
        Number: int
        File: string
        Mutants: string[]
        Measurements: int
    }

[<RequireQualifiedAccess>]
module CampaignFolder =
    /// Does something while no other command works on the campaign.
    let private locked folder action =
        try
            use _ = new OutputLock(Path.GetFullPath(CampaignFiles.manifest folder))
            action ()
        with
        | :? OutputBusyException -> Error(CampaignError.InUse folder)
        | error when FileFailure.isOne error -> CampaignFiles.noAccess folder error

    /// The perplexity of the wild type up to which a model knows the family. Tuned models are at 1 to 9, general ones at 15 to 20.
    let private mostPerplexity = 12.0

    let usual run (model: Model) wildType =
        let likelihood =
            Likelihood.many model.Direction run model [| wildType |] |> Seq.exactlyOne

        { Campaign.usual with
            WarmStart = likelihood.Perplexity <= mostPerplexity
        }

    let private writeVectors folder (model: Model) pool digest vectors =
        CampaignLibrary.vectorBytes model.Fingerprint model.Precision pool digest vectors
        |> CampaignFiles.write (CampaignFiles.vectors folder)

    let private begun (model: Model) start digest : Manifest =
        {|
            Version = 1
            WildType = start.WildType.Letters
            Model = model.Card.Name
            Fingerprint = model.Fingerprint
            Precision = model.Precision
            Pool = start.Pool.Name
            First = start.Options.First.Name
            Strategy = start.Options.Strategy.Name
            TopModel = start.Options.TopModel.Method.Name
            Components = start.Options.Components
            NormalScores = start.Options.NormalScores
            WarmStart = start.Options.WarmStart
            Seed = start.Options.Seed
            LibraryDigest = digest
            Rounds = [||]
            Digest = ""
        |}

    let private fill run model start rows =
        let vectors, scores =
            CampaignLibrary.compute run start.Pool model start.WildType rows

        let library = CampaignFiles.candidates start.Folder

        CampaignFiles.writeText library (CampaignLibrary.text rows scores)
        |> Result.bind (fun () -> CampaignFiles.digestOf library)
        |> Result.bind (fun digest ->
            writeVectors start.Folder model start.Pool digest vectors
            // The manifest comes last: with it the folder holds a campaign.
            |> Result.bind (fun () ->
                CampaignManifest.write start.Folder (begun model start digest)))
        |> Result.map (fun () -> rows.Length)

    let init run (model: Model) start =
        let rows =
            match start.Library with
            | Some table -> CampaignLibrary.check table.File (CampaignLibrary.rowsOf table)
            | None -> Ok(CampaignLibrary.singles start.FirstNumber start.WildType)

        let prepare () =
            try
                Directory.CreateDirectory start.Folder |> ignore
                Ok()
            with error when FileFailure.isOne error ->
                CampaignFiles.noAccess start.Folder error

        rows
        |> Result.bind (fun rows ->
            if File.Exists(CampaignFiles.manifest start.Folder) then
                Error(CampaignError.AlreadyBegun start.Folder)
            else
                prepare ()
                |> Result.bind (fun () ->
                    locked start.Folder (fun () -> fill run model start rows)))

    let modelOf folder =
        CampaignManifest.read folder |> Result.map _.Model

    let private optionsOf (manifest: Manifest) strategy =
        {
            First = Campaign.firstRounds |> List.find (fun first -> first.Name = manifest.First)
            Strategy =
                strategy
                |> Option.defaultWith (fun () ->
                    Campaign.strategies |> List.find (fun known -> known.Name = manifest.Strategy))
            TopModel =
                Campaign.topModels
                |> List.find (fun known -> known.Name = manifest.TopModel)
                |> TopModelOptions.usual
            Components = manifest.Components
            NormalScores = manifest.NormalScores
            WarmStart = manifest.WarmStart
            Seed = manifest.Seed
        }

    let private poolOf folder (manifest: Manifest) =
        match Pool.all |> List.tryFind (fun pool -> pool.Name = manifest.Pool) with
        | Some pool -> Ok pool
        | None ->
            Error(
                CampaignError.Damaged(
                    CampaignFiles.manifest folder,
                    $"there is no pool called {Quote.upTo 40 manifest.Pool}"
                )
            )

    /// The vectors of all candidates, from the cache or computed again.
    let private vectorsOf run (model: Model) folder (manifest: Manifest) pool rows =
        let wildType = Sequence.parse manifest.WildType |> Result.orRaise
        let count = Array.length rows

        CampaignLibrary.tryVectors
            folder
            manifest.Fingerprint
            model.Precision
            pool
            manifest.LibraryDigest
            count
        |> Result.bind (fun found ->
            match found with
            | Some vectors -> Ok vectors
            | None ->
                let vectors, _ = CampaignLibrary.compute run pool model wildType rows

                writeVectors folder model pool manifest.LibraryDigest vectors
                |> Result.map (fun () -> vectors))

    /// Writes the table of a round, unless it is there as it would be written.
    let private writeRound path text =
        let isThere () =
            File.Exists path && File.ReadAllText path = text

        if File.Exists path && not (isThere ()) then
            Error(CampaignError.InTheWay path)
        elif isThere () then
            Ok()
        else
            CampaignFiles.writeText path text

    let private choose (options: CampaignOptions) number batch chosen measured candidates =
        if number = 1 then
            Ok(Campaign.first options batch candidates)
        else
            Campaign.prepare options candidates
            |> Campaign.next options number batch chosen measured
            |> Result.mapError CampaignError.TopModel

    let private nextOf run (model: Model) strategy batch folder (manifest: Manifest) =
        let options = optionsOf manifest strategy
        let number = manifest.Rounds.Length + 1

        poolOf folder manifest
        |> Result.bind (fun pool ->
            CampaignLibrary.read folder manifest.LibraryDigest
            |> Result.bind (fun (rows, scores) ->
                CampaignRounds.read folder manifest rows
                |> Result.bind (fun (rounds, measured, chosen) ->
                    if rows.Length - chosen.Count < batch then
                        Error(CampaignError.TooFew(rows.Length - chosen.Count, batch))
                    else
                        vectorsOf run model folder manifest pool rows
                        |> Result.bind (fun vectors ->
                            choose
                                options
                                number
                                batch
                                chosen
                                measured
                                {
                                    Features = FeatureTable.ofVectors pool model vectors
                                    ZeroShot = scores
                                })
                        |> Result.bind (fun picks ->
                            let file = CampaignFiles.round folder number

                            let mutants =
                                picks |> Array.map (fun pick -> rows[pick.Index].Mutant)

                            let round: ManifestRound =
                                {|
                                    Number = number
                                    Strategy =
                                        if number = 1 then
                                            options.First.Name
                                        else
                                            options.Strategy.Name
                                    Mutants = mutants
                                    Measured = Dictionary()
                                |}

                            writeRound file (RoundFile.text rows picks)
                            |> Result.bind (fun () ->
                                CampaignManifest.write
                                    folder
                                    {| manifest with
                                        Rounds = Array.append rounds [| round |]
                                    |})
                            |> Result.map (fun () ->
                                {
                                    Number = number
                                    File = file
                                    Mutants = mutants
                                    Measurements = measured.Length
                                })))))

    let next run (model: Model) strategy batch folder =
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1, nameof batch)

        // Before the lock, which needs the folder.
        CampaignManifest.read folder
        |> Result.bind (fun _ ->
            locked folder (fun () ->
                CampaignManifest.read folder
                |> Result.bind (fun manifest ->
                    if manifest.Fingerprint <> model.Fingerprint then
                        Error(
                            CampaignError.OtherModel(
                                folder,
                                manifest.Fingerprint,
                                model.Fingerprint
                            )
                        )
                    else
                        nextOf run model strategy batch folder manifest)))

    let candidates run pool model wildType sequences =
        let vectors, scores =
            sequences
            |> Array.map (fun sequence ->
                {
                    Mutant = ""
                    Sequence = sequence
                    Line = 0L
                })
            |> CampaignLibrary.compute run pool model wildType

        {
            Features = FeatureTable.ofVectors pool model vectors
            ZeroShot = scores
        }
