namespace UniRep.Design

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep
open UniRep.IO

/// What the C# face of campaigns asks of the library.
[<RequireQualifiedAccess>]
module internal CampaignCalls =
    let run (progress: IProgress<int64> | null) cancellation =
        { RunOptions.cancelledBy cancellation with
            Progress = Option.ofObj progress
        }

    let setup (setup: CampaignSetup | null) =
        let setup =
            match setup with
            | null -> CampaignSetup()
            | setup -> setup

        setup.Check()
        setup

    /// Refuses a candidate with the id or the sequence of another, by its index.
    let private requireDistinct (candidates: (string * Sequence)[]) =
        let ids = HashSet<string>()
        let sequences = Dictionary<string, string>()

        candidates
        |> Array.iteri (fun index (id, sequence) ->
            let refuse reason =
                raise (
                    UniRepException(
                        "Repeated",
                        $"Candidate {index + 1}: {reason}",
                        Nullable index,
                        Nullable()
                    )
                )

            match sequences.TryGetValue sequence.Letters with
            | true, other ->
                refuse $"{Quote.upTo 40 id} has the sequence of {Quote.upTo 40 other}."
            | false, _ when not (ids.Add id) ->
                refuse $"There is another called {Quote.upTo 40 id}."
            | false, _ -> sequences[sequence.Letters] <- id)

    let tableOf name candidates : SequenceTable =
        if Array.isEmpty candidates then
            invalidArg name "There is no candidate."

        requireDistinct candidates

        {
            File = "candidates"
            Columns = []
            Records = candidates |> Array.map SequenceRecord.ofSequence
        }

[<Sealed>]
type BegunCampaign
    internal
    (folder: string, modelName: string, fingerprint: string, candidates: int, warmStart: bool) =
    member _.Folder = folder
    member _.ModelName = modelName
    member _.Fingerprint = fingerprint
    member _.Candidates = candidates
    member _.WarmStart = warmStart

    member _.Next
        (
            model: UniRepModel,
            [<Optional; DefaultParameterValue(16)>] batch: int,
            [<Optional; DefaultParameterValue(null: Strategy | null)>] strategy: Strategy | null,
            [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
                IProgress<int64> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        cancellation.ThrowIfCancellationRequested()

        CampaignFolder.next
            (CampaignCalls.run progress cancellation)
            (Arguments.model model)
            (Option.ofObj strategy)
            batch
            folder
        |> Result.orRaise

[<AbstractClass; Sealed>]
type Campaigns =
    static member Open(folder: string) =
        ArgumentNullException.ThrowIfNull(folder, nameof folder)

        CampaignManifest.read folder
        |> Result.bind (fun manifest ->
            CampaignLibrary.read folder manifest.LibraryDigest
            |> Result.map (fun (rows, _) ->
                BegunCampaign(
                    folder,
                    manifest.Model,
                    manifest.Fingerprint,
                    rows.Length,
                    manifest.WarmStart
                )))
        |> Result.orRaise

    static member private BeginOn
        (model, wildType, folder, library, setup: CampaignSetup, first, run: RunOptions)
        =
        CampaignFolder.init
            run
            model
            {
                WildType = wildType
                FirstNumber = first
                Library = library
                Pool = setup.Pool
                Options = setup.OptionsFor(RunOptions.cancelledBy run.Cancellation, model, wildType)
                Folder = folder
            }
        |> Result.orRaise
        |> ignore

        Campaigns.Open folder

    static member Begin
        (
            model: UniRepModel,
            wildType: string,
            folder: string,
            [<Optional; DefaultParameterValue(null: IEnumerable<string> | null)>] variants:
                IEnumerable<string> | null,
            [<Optional; DefaultParameterValue(null: CampaignSetup | null)>] setup:
                CampaignSetup | null,
            [<Optional; DefaultParameterValue(1)>] first: int,
            [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
                IProgress<int64> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(folder, nameof folder)
        let wild = Arguments.wildType wildType

        let library =
            match variants with
            | null -> None
            | texts ->
                let texts = Seq.toArray texts

                Arguments.variants first wild texts
                |> Array.zip texts
                |> CampaignCalls.tableOf (nameof variants)
                |> Some

        Campaigns.BeginOn(
            Arguments.model model,
            wild,
            folder,
            library,
            CampaignCalls.setup setup,
            first,
            CampaignCalls.run progress cancellation
        )

    static member Begin
        (
            model: UniRepModel,
            wildType: string,
            folder: string,
            candidates: IEnumerable<struct (string * string)>,
            [<Optional; DefaultParameterValue(null: CampaignSetup | null)>] setup:
                CampaignSetup | null,
            [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
                IProgress<int64> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(folder, nameof folder)
        ArgumentNullException.ThrowIfNull(candidates, nameof candidates)

        let library =
            candidates
            |> Seq.mapi (fun index (struct (id, letters)) ->
                ArgumentNullException.ThrowIfNull(id, nameof candidates)
                id, InteropCalls.parseAt index letters)
            |> Seq.toArray
            |> CampaignCalls.tableOf (nameof candidates)

        Campaigns.BeginOn(
            Arguments.model model,
            Arguments.wildType wildType,
            folder,
            Some library,
            CampaignCalls.setup setup,
            1,
            CampaignCalls.run progress cancellation
        )

    static member Replay
        (
            model: UniRepModel,
            wildType: string,
            sequences: IEnumerable<string>,
            values: IEnumerable<float>,
            [<Optional; DefaultParameterValue(6)>] rounds: int,
            [<Optional; DefaultParameterValue(16)>] batch: int,
            [<Optional; DefaultParameterValue(20)>] seeds: int,
            [<Optional; DefaultParameterValue(null: CampaignSetup | null)>] setup:
                CampaignSetup | null,
            [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
                IProgress<int64> | null,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IReadOnlyList<Replay> =
        let inner = Arguments.model model
        let wild = Arguments.wildType wildType
        let truth = Arguments.numbers (nameof values) values
        let sequences = Arguments.sequences sequences
        let setup = CampaignCalls.setup setup
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1, nameof rounds)
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1, nameof batch)
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1, nameof seeds)

        if sequences.Length <> truth.Length then
            invalidArg (nameof values) $"{truth.Length} values of {sequences.Length} sequences"

        if int64 sequences.Length < int64 rounds * int64 batch then
            invalidArg
                (nameof sequences)
                $"{sequences.Length} sequences do not fill {rounds} plates of {batch}"

        match truth |> Array.tryFindIndex (Double.IsFinite >> not) with
        | Some row -> Throw.error (TopModelError.TargetNotFinite row)
        | None -> ()

        let candidates =
            CampaignFolder.candidates
                (CampaignCalls.run progress cancellation)
                setup.Pool
                inner
                wild
                sequences

        let options = setup.OptionsFor(RunOptions.cancelledBy cancellation, inner, wild)

        let prepared = Campaign.prepare options candidates

        [|
            for seed in 0 .. seeds - 1 do
                cancellation.ThrowIfCancellationRequested()

                Simulation.replayPrepared
                    { options with
                        Seed = options.Seed + uint64 seed
                    }
                    rounds
                    batch
                    truth
                    candidates
                    prepared
                |> Result.orRaise
        |]
