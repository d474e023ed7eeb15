namespace UniRep.Design

open System
open System.Collections.Generic
open System.Diagnostics
open System.Globalization
open System.IO
open System.Text
open UniRep

type EvolutionRequest =
    {
        Plan: EvolutionPlan
        Inputs: (string * string) list
        Folder: string
        Resume: bool
        SaveEvery: float
    }

[<RequireQualifiedAccess>]
module EvolutionRun =
    let isBegun folder =
        File.Exists(EvolutionFolder.settings folder)

    let private number (value: float) =
        value.ToString("R", CultureInfo.InvariantCulture)

    let private digest (text: string) =
        Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes text)
        |> Convert.ToHexStringLower

    let private temperature value =
        match value with
        | Temperature.Constant value -> $"constant {number value}"
        | Temperature.Decay(first, last) -> $"decay {number first} to {number last}"
        | Temperature.Adaptive(first, cooling, patience) ->
            $"adaptive from {number first}, cooling {number cooling}, patience {patience}"

    let private letters (plan: EvolutionPlan) =
        match plan.Options.Letters with
        | None -> "all alike"
        | Some matrix ->
            [
                for position in 1 .. matrix.Length do
                    for letter in LetterMatrix.letters do
                        number (matrix.Weight(position, letter))
            ]
            |> String.concat " "
            |> digest

    /// All that decides the bits, by name.
    let private settings request =
        let options = request.Plan.Options

        [
            "wild type", request.Plan.WildType.Letters
            yield! request.Inputs
            "number of chains", string options.Chains
            "number of steps", string options.Steps
            "seed", string options.Seed
            "mean number of edits", number options.MeanEdits
            "set of positions",
            request.Plan.Indices
            |> Array.map (fun index -> string (index + 1))
            |> String.concat ","
            "trust radius", options.TrustRadius |> Option.map string |> Option.defaultValue "none"
            "list of forbidden motifs", options.Forbidden |> List.map _.Text |> String.concat " "
            "letter matrix", letters request.Plan
            "temperature", temperature options.Temperature
        ]

    let private checkSettings request =
        let path = EvolutionFolder.settings request.Folder

        EvolutionState.readJson<Dictionary<string, string>> path
        |> Result.bind (fun before ->
            let changed =
                settings request
                |> List.tryPick (fun (name, now) ->
                    match before.TryGetValue name with
                    | true, value when value = now -> None
                    | true, value ->
                        Some(EvolutionRunError.Changed(request.Folder, name, value, now))
                    | false, _ -> Some(EvolutionRunError.Damaged(path, 1L, $"there is no {name}")))

            match changed with
            | Some error -> Error error
            | None -> Ok())

    let private openAccepted folder mode =
        let path = EvolutionFolder.accepted folder

        try
            Ok(new FileStream(path, mode, FileAccess.Write, FileShare.None, 65536))
        with
        // What Linux, macOS and Windows call a file that another process has open.
        | :? IOException as error when List.contains error.HResult [ 11; 35; 0x80070020 ] ->
            Error(EvolutionRunError.InUse folder)
        | error when FileFailure.isOne error ->
            Error(EvolutionRunError.NoAccess(path, FileFailure.reasonOf error))

    /// Saves the state, after all accepted states that belong to it.
    let private save request (stream: FileStream) population =
        stream.Flush true
        EvolutionState.write request.Folder stream.Position population

    let private follow
        (run: RunOptions)
        scorer
        request
        (stream: FileStream)
        (population: Population)
        =
        let inner = { run with Progress = None }
        let watch = Stopwatch.StartNew()

        let report (population: Population) =
            run.Progress
            |> Option.iter (fun progress ->
                progress.Report(population.Chains |> Array.sumBy (fun chain -> int64 chain.Step)))

        let rec go (population: Population) =
            report population

            if Evolution.isDone request.Plan population then
                save request stream population |> Result.map (fun () -> population)
            else
                let next =
                    try
                        run.Cancellation.ThrowIfCancellationRequested()
                        Evolution.advance inner scorer request.Plan population
                    with :? OperationCanceledException ->
                        save request stream population |> ignore
                        reraise ()

                match next with
                | Error error -> Error(EvolutionRunError.Evolution error)
                | Ok(population, accepted) ->
                    AcceptedFile.append stream request.Plan.WildType accepted

                    if watch.Elapsed.TotalSeconds < request.SaveEvery then
                        go population
                    else
                        watch.Restart()
                        save request stream population |> Result.bind (fun () -> go population)

        go population

    let private beginAnew run scorer request =
        if isBegun request.Folder then
            Error(EvolutionRunError.AlreadyBegun request.Folder)
        else
            Evolution.start { run with Progress = None } scorer request.Plan
            |> Result.mapError EvolutionRunError.Evolution
            |> Result.bind (fun (population, accepted) ->
                Directory.CreateDirectory request.Folder |> ignore

                openAccepted request.Folder FileMode.Create
                |> Result.bind (fun stream ->
                    use stream = stream

                    stream.Write(
                        ReadOnlySpan(Encoding.ASCII.GetBytes(AcceptedFile.header + "\n"))
                    )

                    AcceptedFile.append stream request.Plan.WildType accepted

                    // The settings come last: with them the folder holds a run.
                    save request stream population
                    |> Result.bind (fun () ->
                        EvolutionState.writeJson
                            (EvolutionFolder.settings request.Folder)
                            (Dictionary(dict (settings request))))
                    |> Result.bind (fun () -> follow run scorer request stream population)))

    let private resume run scorer request =
        if not (isBegun request.Folder) then
            Error(EvolutionRunError.NothingToResume request.Folder)
        else
            checkSettings request
            |> Result.bind (fun () -> EvolutionState.read request.Plan request.Folder)
            |> Result.bind (fun (bytes, population) ->
                openAccepted request.Folder FileMode.Open
                |> Result.bind (fun stream ->
                    use stream = stream

                    if stream.Length < bytes then
                        Error(
                            EvolutionRunError.Damaged(
                                EvolutionFolder.accepted request.Folder,
                                1L,
                                "it is shorter than the state says"
                            )
                        )
                    else
                        // What a killed run wrote after its last saved state is computed again.
                        stream.SetLength bytes
                        stream.Seek(0L, SeekOrigin.End) |> ignore
                        follow run scorer request stream population))

    let run run scorer request =
        try
            if request.Resume then
                resume run scorer request
            else
                beginAnew run scorer request
        with error when FileFailure.isOne error ->
            Error(EvolutionRunError.NoAccess(request.Folder, FileFailure.reasonOf error))

    let remove folder =
        try
            // The settings go first: without them the folder holds no run.
            for file in
                [
                    EvolutionFolder.settings folder
                    EvolutionFolder.state folder
                    EvolutionFolder.accepted folder
                ] do
                if File.Exists file then
                    File.Delete file

            if
                Directory.Exists folder
                && Seq.isEmpty (Directory.EnumerateFileSystemEntries folder)
            then
                Directory.Delete folder

            Ok()
        with error when FileFailure.isOne error ->
            Error(EvolutionRunError.NoAccess(folder, FileFailure.reasonOf error))

    let best count (plan: EvolutionPlan) folder =
        AcceptedFile.fold plan folder (fun states ->
            states
            |> Seq.map (fun state -> state.Sequence, state.Score)
            |> DesignPick.best count plan.WildType)

    let picture plan folder =
        AcceptedFile.fold plan folder (TrajectoryChart.make plan)
