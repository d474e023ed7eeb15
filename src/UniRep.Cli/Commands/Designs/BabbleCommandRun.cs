using System.Diagnostics;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>One run of `unirep babble`: what it reads, writes and tells the user.</summary>
internal sealed class BabbleCommandRun(BabbleCommandOptions options, Interruption interruption)
{
    private readonly Reporter _reporter = new(options.Quiet);

    private bool IsStream => TableTarget.IsStream(options.Output);

    public int Run()
    {
        var watch = Stopwatch.StartNew();
        TableTarget.RequireFreeOutput(options.Json, "-o", options.Output);
        var sampling = Valid(BabbleOptionsModule.check(WithStart()));
        RefuseInputs();
        var backend = options.Backend.Settle(_reporter);
        backend.WarnOfSteps("babble", "residue");
        using var model = ModelLoader.Load(options.Weights, backend.Make(options.Threads));
        var results = Valid(
            Babble.sample(RunOptionsModule.cancelledBy(interruption.Token), model, sampling)
        );
        using var writer = Open();
        interruption.Abandons(writer);
        var tally = new Tally();
        _reporter.Follow(
            "sampling",
            "sequences",
            sampling.Count,
            progress => Write(results, writer, tally, progress)
        );
        interruption.Token.ThrowIfCancellationRequested();
        writer.Complete();
        Summarize(model, backend, sampling, tally, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    private static void Write(
        IEnumerable<Babbled> results,
        FastaWriter writer,
        Tally tally,
        IProgress<long> progress
    )
    {
        foreach (var result in results)
        {
            writer.Write(Babble.header(result), result.Sequence);
            writer.Flush();
            tally.Add(result);
            progress.Report(tally.Sequences);
        }
    }

    private BabbleOptions WithStart()
    {
        if (options.Start is not null && options.StartFile is not null)
        {
            throw Wrong("--start and --start-file exclude each other");
        }

        var start =
            options.Start is { } residues ? Parse(residues)
            : options.StartFile is { } file ? Read(file)
            : null;
        var sampling = options.Sampling;
        return start is null
            ? sampling
            : new BabbleOptions(
                sampling.Count,
                sampling.Seed,
                FSharpOption<Sequence>.Some(start),
                sampling.Temperature,
                sampling.TopK,
                sampling.TopP,
                sampling.MinLength,
                sampling.MaxLength,
                sampling.Letters
            );
    }

    private static Sequence Parse(string residues)
    {
        var parsed = SequenceModule.parse(residues);
        return parsed.IsOk
            ? parsed.ResultValue
            : throw Wrong($"--start {parsed.ErrorValue.Message}");
    }

    /// <summary>Reads the one sequence of a file.</summary>
    private static Sequence Read(string file)
    {
        var records =
            file == "-"
                ? SequenceFile.readStream(
                    SequenceFile.defaults,
                    "standard input",
                    System.Console.OpenStandardInput()
                )
                : SequenceFile.read(SequenceFile.defaults, file);
        Sequence? start = null;
        foreach (var record in records)
        {
            if (record.IsError)
            {
                throw new CommandFailedException(
                    record.ErrorValue.IsCannotRead ? ExitCode.Environment : ExitCode.BadInput,
                    Advice.Tell(record.ErrorValue)
                );
            }

            start = start is null
                ? record.ResultValue.Sequence
                : throw new CommandFailedException(
                    ExitCode.BadInput,
                    $"{file}: has several sequences, and --start-file takes one"
                );
        }

        return start!;
    }

    /// <summary>Refuses to write over what the run reads.</summary>
    private void RefuseInputs()
    {
        foreach (var input in new[] { options.StartFile, options.Weights })
        {
            if (
                !IsStream
                && input is not (null or "-")
                && Path.Exists(input)
                && OutputPath.isSame(options.Output, input)
            )
            {
                throw Wrong(
                    $"{options.Output}: the output would replace what this run reads: give another name with -o"
                );
            }
        }
    }

    private FastaWriter Open()
    {
        var opened = IsStream
            ? FastaFile.create(null, StandardOutput.Open(), false)
            : FastaFile.create(
                FSharpOption<string>.Some(options.Output),
                Stream.Null,
                options.Overwrite
            );
        return opened.IsOk
            ? opened.ResultValue
            : throw new CommandFailedException(
                opened.ErrorValue is { IsNotWritable: true } or { IsBusy: true }
                    ? ExitCode.Environment
                    : ExitCode.Usage,
                Advice.Tell(opened.ErrorValue)
            );
    }

    private void Summarize(
        Model model,
        BackendChoice backend,
        BabbleOptions sampling,
        Tally tally,
        double seconds
    )
    {
        if (options.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Joined(
                    new { output = options.Output },
                    ModelFields.Of(model, backend),
                    new
                    {
                        seed = sampling.Seed,
                        sequences = tally.Sequences,
                        residues = tally.Residues,
                        endedByStop = tally.Stopped,
                        cut = tally.Sequences - tally.Stopped,
                        seconds = Math.Round(seconds, 3),
                        residuesPerSecond = Math.Round(tally.Residues / seconds, 1),
                    }
                )
            );
        }

        _reporter.Say(
            $"{Reporter.Number(tally.Sequences)} sequences, {Reporter.Number(tally.Residues)} residues in "
                + $"{Reporter.Number(seconds, "F1")} s ({Reporter.Number(tally.Residues / seconds)} residues/s; "
                + $"{model.Card.Name}, {ProcessorText.Describe(model)}); "
                + $"{Reporter.Number(tally.Sequences - tally.Stopped)} cut at {Reporter.Number(sampling.MaxLength)} residues "
                + $"-> {TableTarget.NameOf(options.Output)}"
        );
    }

    private static T Valid<T>(FSharpResult<T, BabbleError> result) =>
        result.IsOk
            ? result.ResultValue
            : throw new CommandFailedException(
                result.ErrorValue.IsNoHead ? ExitCode.Weights : ExitCode.Usage,
                result.ErrorValue.Message
            );

    private static CommandFailedException Wrong(string message) => new(ExitCode.Usage, message);

    /// <summary>What has been written.</summary>
    private sealed class Tally
    {
        public long Sequences { get; private set; }

        public long Residues { get; private set; }

        public long Stopped { get; private set; }

        public void Add(Babbled result)
        {
            Sequences++;
            Residues += result.Sequence.Length;
            Stopped += result.EndsByStop ? 1 : 0;
        }
    }
}
