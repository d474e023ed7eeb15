namespace UniRep.Design

open UniRep

/// A chain of a directed evolution: where it stands, and what it has seen.
type Chain =
    {
        /// The steps done.
        Step: int
        Current: Sequence
        Score: float
        /// The best state so far, the earliest of equals.
        Best: Sequence
        BestScore: float
        /// The proposals that were scored; the others led out of what is allowed.
        Scored: int64
        /// The proposals that were accepted.
        Accepted: int64
        /// The proposals scored since the last new best or reheating, and since the last reheating; for temperatures that
        /// adapt.
        SinceBest: int
        SinceHeated: int
    }

/// A state that a chain accepted.
type Accepted =
    {
        /// The number of the chain, from 0.
        Chain: int
        /// The step, from 1; 0 for the wild type, with which every chain begins.
        Step: int
        Sequence: Sequence
        Score: float
    }

/// Steps of one chain.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Chain =
    /// A chain at the wild type.
    val start: wildType: Sequence -> score: float -> Chain

    /// Goes on to the next step whose proposal has to be scored; none if the last step comes first.
    val next:
        plan: EvolutionPlan -> number: int -> chain: Chain -> struct (Chain * Proposal voption)

    /// Accepts or rejects the proposal of the step that the chain has come to.
    val decide:
        plan: EvolutionPlan ->
        proposal: Proposal ->
        sequence: Sequence ->
        score: float ->
        chain: Chain ->
            struct (Chain * bool)
