using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands.Embed;

/// <summary>One run of `unirep embed`: its options as a request, and what the user sees.</summary>
internal sealed class EmbedRun(EmbedOptions options, Interruption interruption)
{
    private readonly Reporter _reporter = new(options.Quiet);

    public int Run()
    {
        var watch = Stopwatch.StartNew();
        var output = new EmbedOutput(
            options,
            options.Input == "-" || SequenceFile.isDevice(options.Input)
        );
        var request = Request(output);
        var checking = Task.Run(() => Embedding.check(interruption.Token, request));
        var backend = options.Backend.Settle(_reporter);
        using var model = ModelLoader.Load(options.Weights, backend.Make(options.Threads));
        using var input = Valid(checking.GetAwaiter().GetResult());
        Warn(input.Summary?.Value);
        FSharpResult<EmbeddingSummary, EmbeddingError> result = default;
        _reporter.Follow(
            "embedding",
            "residues",
            input.Summary?.Value.Residues,
            progress =>
                result = Embedding.run(
                    new RunOptions(
                        FSharpOption<IProgress<long>>.Some(progress),
                        interruption.Token
                    ),
                    Observer(output),
                    request,
                    model,
                    input
                )
        );
        var summary = Valid(result);
        foreach (var warning in summary.Warnings)
        {
            Reporter.Warn($"{output.Name}: {warning}");
        }

        var source = summary.Source?.Value;
        ColumnReport.Write(source, _reporter);
        if (input.Summary is null)
        {
            Warn(summary.Input);
        }

        Summarize(summary.Input, model, backend, output, source, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    private FSharpOption<Keep>? Kept =>
        options.KeepAll && options.Keep.Count > 0
            ? throw new CommandFailedException(
                ExitCode.Usage,
                "--keep and --keep-all exclude each other: name every column with --keep"
            )
        : options.KeepAll ? FSharpOption<Keep>.Some(Keep.Everything)
        : options.Keep.Count > 0
            ? FSharpOption<Keep>.Some(Keep.NewColumns(ListModule.OfSeq(options.Keep)))
        : null;

    private InputOptions Reading =>
        new(
            options.InputFormat is null
                ? null
                : FSharpOption<InputFormat>.Some(options.InputFormat),
            options.SequenceColumn is null
                ? null
                : FSharpOption<string>.Some(options.SequenceColumn),
            options.IdColumn is null ? null : FSharpOption<string>.Some(options.IdColumn),
            options.UpperCase,
            options.TrimStop,
            options.OnInvalid == OnInvalid.X,
            false,
            false,
            Kept
        );

    private EmbeddingRequest Request(EmbedOutput output) =>
        new(
            options.Input == "-"
                ? EmbeddingInput.NewStream("standard input", System.Console.OpenStandardInput())
                : EmbeddingInput.NewFile(options.Input),
            Reading,
            options.OnInvalid == OnInvalid.Skip,
            output.Target,
            output.Format,
            options.PerResidue
                ? OutputContent.PerResidue
                : OutputContent.NewPooled(ListModule.OfSeq(options.Pools)),
            $"unirep {ProgramVersion.Text}"
        );

    private EmbeddingObserver Observer(EmbedOutput output) =>
        new(
            FuncConvert.FromAction<IDisposable>(interruption.Abandons),
            FuncConvert.FromAction<Unit>(_ => output.RequireReader())
        );

    /// <summary>Gives what succeeded, or fails as commands do.</summary>
    private static T Valid<T>(FSharpResult<T, EmbeddingError> result) =>
        result.IsOk
            ? result.ResultValue
            : throw new CommandFailedException(
                EmbedFailure.CodeOf(result.ErrorValue),
                EmbedFailure.Describe(result.ErrorValue)
            );

    private static void Warn(InputSummary? summary)
    {
        foreach (var warning in summary?.Warnings ?? [])
        {
            Reporter.Warn(warning);
        }
    }

    private void Summarize(
        InputSummary done,
        Model model,
        BackendChoice backend,
        EmbedOutput output,
        RecordSource? source,
        double seconds
    )
    {
        foreach (var error in done.Errors)
        {
            Reporter.Warn($"left out: {error.Message}");
        }

        if (done.BadRecords > done.Errors.Length)
        {
            Reporter.Warn($"{done.BadRecords - done.Errors.Length} more records were left out");
        }

        var rate = done.Residues / seconds;
        if (options.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Joined(
                    new
                    {
                        output = output.Path,
                        sequenceColumn = source?.SequenceColumn?.Value,
                        idColumn = source?.IdColumn?.Value,
                        kept = source?.Kept,
                    },
                    ModelFields.Of(model, backend),
                    new
                    {
                        records = done.Records,
                        residues = done.Residues,
                        untrained = done.Untrained,
                        repeatedIds = done.RepeatedIds,
                        nucleotideRecords = done.NucleotideRecords,
                        looksLikeNucleotides = done.LooksLikeNucleotides,
                        latin1Headers = done.Latin1Headers,
                        skipped = done.BadRecords,
                        seconds = Math.Round(seconds, 3),
                        residuesPerSecond = Math.Round(rate, 1),
                    }
                )
            );
        }

        _reporter.Say(
            $"{Reporter.Number(done.Records)} records, {Reporter.Number(done.Residues)} residues in "
                + $"{Reporter.Number(seconds, "F1")} s ({Reporter.Number(rate)} residues/s; {model.Card.Name}, "
                + $"{ProcessorText.Describe(model)}) -> {output.Name}"
        );
    }
}
