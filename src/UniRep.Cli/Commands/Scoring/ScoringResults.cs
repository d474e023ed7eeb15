namespace UniRep.Cli.Commands.Scoring;

/// <summary>A column that is added to a table, with a number for each row; NaN for none.</summary>
internal sealed record ScoreColumn(string Name, double[] Values);

/// <summary>What is kept of the likelihood of a sequence; the terms only where they are written.</summary>
internal readonly record struct Measured(
    double LogLikelihood,
    double WithoutStop,
    double PerResidue,
    double Perplexity,
    double[]? Terms
);
