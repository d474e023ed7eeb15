namespace UniRep.Design

open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

[<Sealed>]
type DesignedProtein internal (design: Design) =
    member _.Sequence = design.Sequence.Letters
    member _.Score = design.Score
    member _.Mutations = Variant.toString design.Variant
    override this.ToString() = $"{this.Mutations} {design.Score:F3}"

[<AbstractClass; Sealed>]
type DirectedEvolution =
    /// The memory for states of the model, in bytes.
    static member private CacheBytes = 512L <<< 20

    /// How many of the best states designs are picked from, at least.
    static member private Candidates = 2000

    /// How many single mutants measure the temperature.
    static member private Mutants = 200

    static member private ScorerOf(model: Model, top: FittedTopModel | null, chains, residues) =
        let cache = PrefixCache.make DirectedEvolution.CacheBytes chains residues model

        match top with
        | null -> PrefixCache.languageModel cache
        | top -> TopModelScorer.make top.TopModel model cache |> Result.orRaise

    /// The usual schedule of `unirep evolve`.
    static member private Schedule(run, scorer, plan, temperature) =
        let first =
            if temperature <> 0.0 then
                temperature
            else
                Evolution.spread run scorer DirectedEvolution.Mutants plan

        if first = 0.0 then
            raise (
                UniRepException(
                    "NoSpread",
                    "All single mutants that were tried have one score, so that there is nothing to raise."
                )
            )

        Temperature.Decay(first, first / 100.0)

    static member Run
        (
            model: UniRepModel,
            wildType: string,
            [<Optional; DefaultParameterValue(null: FittedTopModel | null)>] top:
                FittedTopModel | null,
            [<Optional; DefaultParameterValue(50)>] designs: int,
            [<Optional; DefaultParameterValue(100)>] chains: int,
            [<Optional; DefaultParameterValue(1000)>] steps: int,
            [<Optional; DefaultParameterValue(7)>] trustRadius: int,
            [<Optional; DefaultParameterValue(1.5)>] meanEdits: float,
            [<Optional; DefaultParameterValue(0.0)>] temperature: float,
            [<Optional; DefaultParameterValue(0.3)>] diversity: float,
            [<Optional; DefaultParameterValue(null: IEnumerable<string> | null)>] forbidden:
                IEnumerable<string> | null,
            [<Optional; DefaultParameterValue(0UL)>] seed: uint64,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IReadOnlyList<DesignedProtein> =
        let wild = Arguments.wildType wildType
        let inner = Arguments.model model

        let motifs =
            match forbidden with
            | null -> []
            | texts -> [ for text in texts -> Motif.parse text |> Result.orRaise ]

        let plan schedule =
            let options =
                { EvolutionOptions.defaults schedule with
                    Chains = chains
                    Steps = steps
                    Seed = seed
                    MeanEdits = meanEdits
                    TrustRadius = if trustRadius = 0 then None else Some trustRadius
                    Forbidden = motifs
                }

            EvolutionPlan.make options wild |> Result.orRaise

        let measuring = plan (Temperature.Constant 1.0)
        let scorer = DirectedEvolution.ScorerOf(inner, top, chains, wild.Length)
        let run = RunOptions.cancelledBy cancellation
        let schedule = DirectedEvolution.Schedule(run, scorer, measuring, temperature)

        let _, accepted = Evolution.run run scorer (plan schedule) |> Result.orRaise

        accepted
        |> Seq.map (fun state -> state.Sequence, state.Score)
        |> DesignPick.best (max DirectedEvolution.Candidates designs) wild
        |> DesignPick.diverse designs diversity
        |> Array.map DesignedProtein
        :> IReadOnlyList<_>
