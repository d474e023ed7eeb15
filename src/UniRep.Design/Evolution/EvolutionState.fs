namespace UniRep.Design

open System.IO
open System.Text.Json
open UniRep
open UniRep.ModelFiles

/// The files of a run's folder.
[<RequireQualifiedAccess>]
module internal EvolutionFolder =
    let settings folder = Path.Combine(folder, "run.json")
    let state folder = Path.Combine(folder, "state.json")
    let accepted folder = Path.Combine(folder, "accepted.csv")

/// A chain as the file of the state holds it.
type internal ChainState =
    {|
        Step: int
        Current: string
        Score: float
        Best: string
        BestScore: float
        Scored: int64
        Accepted: int64
        SinceBest: int
        SinceHeated: int
    |}

/// The state of all chains, and how long the file of accepted states was with it.
type internal PopulationState =
    {|
        AcceptedBytes: int64
        Chains: ChainState[]
    |}

[<RequireQualifiedAccess>]
module internal EvolutionState =
    let private json = JsonSerializerOptions(WriteIndented = true)

    let private ofChain (chain: Chain) : ChainState =
        {|
            Step = chain.Step
            Current = chain.Current.Letters
            Score = chain.Score
            Best = chain.Best.Letters
            BestScore = chain.BestScore
            Scored = chain.Scored
            Accepted = chain.Accepted
            SinceBest = chain.SinceBest
            SinceHeated = chain.SinceHeated
        |}

    let private chainOf (state: ChainState) : Chain =
        {
            Step = state.Step
            Current = Sequence.parse state.Current |> Result.orRaise
            Score = state.Score
            Best = Sequence.parse state.Best |> Result.orRaise
            BestScore = state.BestScore
            Scored = state.Scored
            Accepted = state.Accepted
            SinceBest = state.SinceBest
            SinceHeated = state.SinceHeated
        }

    /// Writes a value as JSON, complete or not at all.
    let writeJson path value =
        SafeWriting.file path (fun stream -> JsonSerializer.Serialize(stream, value, json))
        |> Result.mapError (fun error -> EvolutionRunError.NoAccess(path, error.Message))

    let write folder acceptedBytes (population: Population) =
        writeJson
            (EvolutionFolder.state folder)
            {|
                AcceptedBytes = acceptedBytes
                Chains = population.Chains |> Array.map ofChain
            |}

    /// Reads a value that `writeJson` has written.
    let readJson<'value when 'value: not null and 'value: not struct>
        (path: string)
        : Result<'value, EvolutionRunError> =
        try
            match JsonSerializer.Deserialize<'value>(File.ReadAllText path, json) with
            | null -> Error(EvolutionRunError.Damaged(path, 1L, "it is empty"))
            | value -> Ok value
        with
        | :? JsonException as error ->
            Error(
                EvolutionRunError.Damaged(
                    path,
                    error.LineNumber.GetValueOrDefault() + 1L,
                    "it is not the JSON of a run"
                )
            )
        | error when FileFailure.isOne error ->
            Error(EvolutionRunError.NoAccess(path, FileFailure.reasonOf error))

    /// Reads the state, which must fit the plan.
    let read (plan: EvolutionPlan) folder =
        let path = EvolutionFolder.state folder

        readJson<PopulationState> path
        |> Result.bind (fun state ->
            let fits (chain: ChainState) =
                chain.Step >= 0
                && chain.Step <= plan.Options.Steps
                && [ chain.Current; chain.Best ]
                   |> List.forall (fun letters ->
                       not (isNull (box letters))
                       && letters.Length = plan.WildType.Length
                       && (Sequence.parse letters).IsOk)

            match box state.Chains with
            | null -> Error(EvolutionRunError.Damaged(path, 1L, "there are no chains"))
            | _ when
                state.Chains.Length <> plan.Options.Chains
                || not (state.Chains |> Array.forall fits)
                ->
                Error(EvolutionRunError.Damaged(path, 1L, "its chains are not those of this run"))
            | _ ->
                Ok(
                    state.AcceptedBytes,
                    {
                        Population.Chains = state.Chains |> Array.map chainOf
                    }
                ))
