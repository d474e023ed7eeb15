using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands.Scoring;

/// <summary>What `unirep score` and `unirep scan` share: the wild type, the scorers, and where results go.</summary>
internal sealed class ScoringRun(ScoringSettings settings, Interruption interruption) : IDisposable
{
    private readonly Reporter _reporter = new(settings.Quiet);
    private BackendChoice _backend = settings.Backend;
    private Model? _model;
    private Scorer? _matrix;

    private const string Blend = "blend_score";
    private const string LanguageModel = "lm_score";
    private const string Matrix = "pssm_score";

    /// <summary>The columns of scores, the blend first.</summary>
    public static readonly string[] Columns = [Blend, LanguageModel, Matrix];

    public Reporter Reporter => _reporter;

    /// <summary>The direction in which the model reads.</summary>
    public ReadingDirection Direction { get; private set; } = ReadingDirection.Forward;

    public void Dispose() => _model?.Dispose();

    public WildType WildType(string path) =>
        WildTypeFile.Read(path, settings.Offset, settings.Region);

    /// <summary>Refuses before long work an output that cannot be written, or that the run reads.</summary>
    public void CheckOutput(string path, params string?[] inputs) =>
        TableTarget.Check(path, settings.Overwrite, inputs.Append(settings.Weights));

    public void Write(string path, IEnumerable<string> columns, IEnumerable<string[]> rows) =>
        TableTarget.Write(path, settings.Overwrite, columns, rows);

    /// <summary>Loads what scores: the alignment first, as it may be wrong.</summary>
    public void LoadScorers(WildType? wildType)
    {
        if (settings.UsesMatrix)
        {
            var focus = settings.Focus is { } name ? FSharpOption<string>.Some(name) : null;
            var alignment = Valid(AlignmentModule.load(focus, settings.Alignment!));
            var pssm = PssmModule.create(PssmModule.defaults, alignment);
            _matrix = Valid(PssmModule.scorer(wildType!.Sequence, pssm));
            _reporter.Say(
                $"{settings.Alignment}: {Reporter.Number(alignment.Count)} rows, {Reporter.Number(alignment.Width)} match columns, {Reporter.Number(pssm.EffectiveRows, "F1")} effective rows"
            );
            TellUncovered(wildType, Valid(PssmModule.covered(wildType.Sequence, pssm)));
        }

        if (settings.UsesModel)
        {
            _backend = settings.Backend.Settle(_reporter);
            _model = ModelLoader.Load(settings.Weights, _backend.Make(settings.Threads));
            if (!_model.HasHead)
            {
                throw new CommandFailedException(
                    ExitCode.Weights,
                    $"{_model.Card.Name}: has no language-model head, which likelihoods need: give another model with --weights"
                );
            }

            Direction = settings.Direction ?? _model.Direction;
            if (settings.Direction is null && !Direction.IsForward)
            {
                _reporter.Say(
                    $"{_model.Card.Name} was trained to read {DirectionText}, and scores so (--direction)"
                );
            }
        }
    }

    /// <summary>The likelihoods of the wild type, if there is one, and of sequences, in one run.</summary>
    public Measured[] Likelihoods(WildType? wildType, Sequence[] sequences, bool keepTerms)
    {
        Sequence[] all = wildType is null ? sequences : [wildType.Sequence, .. sequences];
        var residues = all.Sum(sequence => (double)sequence.Length);
        var passes = ReadingDirectionModule.passes(Direction).Length;
        Measured[] likelihoods = [];
        _reporter.Follow(
            "scoring",
            "residues",
            passes * residues,
            progress =>
                likelihoods = [
                    .. LikelihoodModule
                        .many(
                            Direction,
                            new RunOptions(
                                FSharpOption<IProgress<long>>.Some(progress),
                                interruption.Token
                            ),
                            _model!,
                            all
                        )
                        .Select(likelihood => new Measured(
                            likelihood.LogLikelihood,
                            likelihood.WithoutStop,
                            likelihood.PerResidue,
                            likelihood.Perplexity,
                            keepTerms ? likelihood.Terms : null
                        )),
                ]
        );
        return likelihoods;
    }

    /// <summary>The scores relative to the wild type, the blend first if there are two scorers.</summary>
    public List<ScoreColumn> Scores(
        WildType wildType,
        Sequence[] sequences,
        IReadOnlyList<double>? logLikelihoods
    )
    {
        var parts = new List<ScoreColumn>();
        if (logLikelihoods is not null)
        {
            var reference = logLikelihoods[0];
            parts.Add(
                new(LanguageModel, [.. logLikelihoods.Skip(1).Select(value => value - reference)])
            );
        }

        if (_matrix is not null)
        {
            parts.Add(
                new(
                    Matrix,
                    ScorerModule.effects(
                        RunOptionsModule.cancelledBy(interruption.Token),
                        wildType.Sequence,
                        _matrix,
                        sequences
                    )
                )
            );
        }

        if (parts.Count > 1)
        {
            var blend = ScorerModule.averageRank(
                ListModule.OfSeq(parts.Select(part => part.Values))
            );
            parts.Insert(0, new(Blend, blend));
        }

        return parts;
    }

    /// <summary>Says what was done, and gives it as JSON if that was asked for.</summary>
    /// <param name="done">In words.</param>
    /// <param name="sequences">What was scored.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="output">Where it is, in words.</param>
    /// <param name="fields">What the command adds to the JSON object, at its start.</param>
    public void Summarize(
        string done,
        Sequence[] sequences,
        double seconds,
        string output,
        object fields
    )
    {
        if (settings.Json)
        {
            var residues = sequences.Sum(sequence => (long)sequence.Length);
            System.Console.Out.WriteLine(
                JsonText.Joined(
                    fields,
                    new { scorers = settings.Scorers },
                    _model is null
                        ? null
                        : new { direction = ReadingDirectionModule.name(Direction) },
                    _model is null ? null : ModelFields.Of(_model, _backend),
                    new
                    {
                        sequences = sequences.Length,
                        residues,
                        seconds = Math.Round(seconds, 3),
                        residuesPerSecond = Math.Round(residues / seconds, 1),
                    }
                )
            );
        }

        _reporter.Say($"{done} in {Reporter.Number(seconds, "F1")} s ({Used()}) -> {output}");
    }

    /// <summary>Says which letters the model has not learnt.</summary>
    public static void WarnOfUntrained(IEnumerable<Sequence> sequences)
    {
        var letters = sequences
            .SelectMany(SequenceModule.untrained)
            .Select(pair => pair.Item1)
            .Distinct()
            .Order();
        if (string.Join(", ", letters) is { Length: > 0 } list)
        {
            Reporter.Warn(
                $"{list}: the models have not learnt these letters; scores that they enter into mean little"
            );
        }
    }

    private static T Valid<T>(FSharpResult<T, AlignmentError> result) =>
        result.IsOk
            ? result.ResultValue
            : throw ScoringFailure.Of(ScoringError.NewAlignment(result.ErrorValue));

    private string DirectionText =>
        Direction.IsBoth ? "in both directions"
        : Direction.IsBackward ? "backward"
        : "forward";

    private string Used()
    {
        List<string> used = [];
        if (_model is not null)
        {
            used.Add($"{_model.Card.Name}, read {DirectionText}, {ProcessorText.Describe(_model)}");
        }

        if (_matrix is not null)
        {
            used.Add(ScoringFlags.Matrix);
        }

        return string.Join("; ", used);
    }

    /// <summary>Says which residues the alignment tells nothing of.</summary>
    private static void TellUncovered(WildType wildType, bool[] covered)
    {
        List<string> runs = [];
        for (var at = 0; at < covered.Length; at++)
        {
            if (covered[at])
            {
                continue;
            }

            var first = at;
            while (at + 1 < covered.Length && !covered[at + 1])
            {
                at++;
            }

            var (from, to) = (wildType.First + first, wildType.First + at);
            runs.Add(from == to ? $"{from}" : $"{from}-{to}");
        }

        if (runs.Count > 0)
        {
            Reporter.Warn(
                $"residues {string.Join(", ", runs.Take(10))}{(runs.Count > 10 ? " and others" : "")} are in no match column of the alignment: pssm gives what changes there no score, as if it were the wild type"
            );
        }
    }
}
