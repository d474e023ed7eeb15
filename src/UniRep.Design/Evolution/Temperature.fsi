namespace UniRep.Design

/// How willing a chain is to accept a lower score, from step to step. A temperature has the unit of the scores: a proposal
/// that is worse by one temperature is accepted with the probability 1/e.
[<RequireQualifiedAccess>]
type Temperature =
    /// The same at every step: the chain samples from exp(score / temperature) (Metropolis et al. 1953).
    | Constant of temperature: float
    /// Falls from the first step to the last by the same factor at each step (simulated annealing).
    | Decay of first: float * last: float
    /// Falls by the factor `cooling` with each proposal that is scored, and returns to `first` after so many of these
    /// (`patience`) without a new best of the chain. What comes next depends on what came before, so detailed balance does
    /// not hold: the chain searches, it does not sample.
    | Adaptive of first: float * cooling: float * patience: int

/// Computes temperatures.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Temperature =
    /// Checks the numbers of a schedule: temperatures are positive, `cooling` is between 0 and 1, `patience` at least 1.
    ///
    /// Raises ArgumentException if they are not.
    val check: temperature: Temperature -> unit

    /// Gives the temperature of a step, counted from 1, of so many steps, after so many proposals since the last reheating.
    val at: steps: int -> step: int -> sinceHeated: int -> temperature: Temperature -> float
