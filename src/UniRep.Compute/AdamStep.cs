namespace UniRep.Compute;

/// <summary>
/// One step of Adam (Kingma and Ba 2015), with decoupled weight decay (Loshchilov and Hutter 2019): m ← β₁ m + (1 − β₁) g,
/// v ← β₂ v + (1 − β₂) g², p ← (1 − rate · decay) p − rate · m̂ / (√v̂ + ε), where m̂ and v̂ are m and v over one minus the
/// power of their β.
/// </summary>
public sealed record AdamStep
{
    /// <summary>The learning rate.</summary>
    public required double Rate { get; init; }

    /// <summary>β₁.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, outside the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay per unit of the rate.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether gains, biases and the embedding decay like the matrices.</summary>
    public bool DecaysAll { get; init; }

    /// <summary>The largest norm of all gradients together; larger ones are scaled down to it.</summary>
    public double MaximalNorm { get; init; } = double.PositiveInfinity;

    /// <summary>How much of the running mean of the parameters a step keeps, where one is kept.</summary>
    public double AverageDecay { get; init; } = 0.999;
}
