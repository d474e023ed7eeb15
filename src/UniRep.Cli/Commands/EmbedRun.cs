using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>One run of `unirep embed`.</summary>
internal sealed class EmbedRun(EmbedOptions options, Interruption interruption)
{
    private readonly Reporter _reporter = new(options.Quiet);
    private readonly StateRoom _room = new();

    /// <summary>An input that can be read once only: standard input, a pipe, a device; else null.</summary>
    private Stream? _once;

    public int Run()
    {
        var watch = Stopwatch.StartNew();
        var output = new EmbedOutput(
            options,
            options.Input == "-" || SequenceFile.isDevice(options.Input)
        );
        using var once =
            options.Input == "-"
                ? System.Console.OpenStandardInput()
                : SequenceFile.tryOpenOnce(options.Input)?.Value;
        _once = once;
        var validation = _once is null ? Task.Run(Validate) : null;
        using var model = ModelLoader.Load(options.Weights, options.Threads, options.Precision);
        var known = validation?.GetAwaiter().GetResult();
        Warn(known);
        var limit = options.PerResidue ? StateRoom.Limit(model) : int.MaxValue;
        if (options.OnInvalid != OnInvalid.Skip)
        {
            _room.Require(limit, InputName);
        }

        using var records = Read().GetEnumerator();
        var flow = new RecordFlow(records, options.OnInvalid == OnInvalid.Skip)
        {
            Limit = (limit, InputName),
            IsPiped = output.IsStream,
        };
        // A stream is read before the output is opened only if that depends on it.
        var source = _once is not null && !Keeps ? null : flow.Peek();
        using var writer = output.Open(
            model.Shape.Units,
            source?.Kept ?? ListModule.Empty<string>()
        );
        interruption.Abandons(writer);
        flow.Writer = writer;
        try
        {
            _reporter.Follow(
                "embedding",
                "residues",
                known?.Residues,
                progress =>
                    model.Run(
                        flow,
                        flow,
                        options.PerResidue ? Outputs.HiddenStates : Outputs.Vectors,
                        FSharpOption<IProgress<long>>.Some(progress),
                        interruption.Token
                    )
            );
            if (flow.Summary.Records == 0)
            {
                throw new CommandFailedException(
                    ExitCode.BadInput,
                    $"{InputName}: no record is left to embed"
                );
            }

            interruption.Token.ThrowIfCancellationRequested();
            writer.Complete(Meta(model));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                ExitCode.Environment,
                $"{output.Name}: cannot be written: {exception.Message.Split(" : '")[0]}"
            );
        }

        foreach (var warning in writer.Warnings)
        {
            Reporter.Warn($"{output.Name}: {warning}");
        }

        ColumnsTold.Tell(flow.Source, _reporter);
        Summarize(flow.Summary, model, output, flow.Source, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    private string InputName => options.Input == "-" ? "standard input" : options.Input;

    private bool Keeps => options.KeepAll || options.Keep.Count > 0;

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
            Kept
        );

    private IEnumerable<FSharpResult<SequenceRecord, InputError>> Read() =>
        _once is null
            ? SequenceFile.read(Reading, options.Input)
            : SequenceFile.readStream(Reading, InputName, _once);

    /// <summary>A first pass, so that no bad record ends a run of hours.</summary>
    private InputSummary Validate()
    {
        var found = SequenceFile.summarize(Stoppable(Read()));
        if (found.IsError)
        {
            throw RecordFlow.Failed(found.ErrorValue);
        }

        var summary = found.ResultValue;
        if (summary.BadRecords > 0 && options.OnInvalid != OnInvalid.Skip)
        {
            var messages = summary.Errors.Select(Advice.Tell).ToList();
            if (summary.BadRecords > messages.Count)
            {
                messages.Add($"{summary.BadRecords - messages.Count} more records are wrong");
            }

            throw new CommandFailedException(
                ExitCode.BadInput,
                string.Join("\nunirep: ", messages)
            );
        }

        return summary;
    }

    private static void Warn(InputSummary? summary)
    {
        foreach (var warning in summary?.Warnings ?? [])
        {
            Reporter.Warn(warning);
        }
    }

    private IEnumerable<FSharpResult<SequenceRecord, InputError>> Stoppable(
        IEnumerable<FSharpResult<SequenceRecord, InputError>> items
    )
    {
        foreach (var item in items)
        {
            interruption.Token.ThrowIfCancellationRequested();
            _room.Note(item);
            yield return item;
        }
    }

    /// <summary>What made the output; nothing that changes from run to run.</summary>
    private string Meta(Model model) =>
        JsonText.Of(
            new
            {
                model = model.Card.Name,
                modelVersion = model.Card.Version,
                fingerprint = model.Fingerprint,
                program = $"unirep {ProgramVersion.Text}",
                precision = model.Precision,
                instructionSet = model.InstructionSet,
                options = new
                {
                    content = options.PerResidue ? "per-residue" : "pooled",
                    pools = options.PerResidue
                        ? []
                        : options.Pools.Select(pool => pool.ToString().ToLowerInvariant()),
                    upperCase = options.UpperCase,
                    trimStop = options.TrimStop,
                    onInvalid = options.OnInvalid.ToString().ToLowerInvariant(),
                },
            }
        );

    private void Summarize(
        InputSummary done,
        Model model,
        EmbedOutput output,
        RecordSource? source,
        double seconds
    )
    {
        if (_once is not null)
        {
            Warn(done);
        }

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
                JsonText.Of(
                    new
                    {
                        output = output.Path,
                        sequenceColumn = source?.SequenceColumn?.Value,
                        idColumn = source?.IdColumn?.Value,
                        kept = source?.Kept,
                        model = model.Card.Name,
                        fingerprint = model.Fingerprint,
                        instructionSet = model.InstructionSet,
                        precision = model.Precision,
                        threads = model.Threads,
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
                + $"{model.InstructionSet}, {model.Threads} threads) -> {output.Name}"
        );
    }
}
