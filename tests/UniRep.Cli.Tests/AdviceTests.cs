using System.Text;
using System.Text.RegularExpressions;
using Microsoft.FSharp.Collections;
using UniRep.Cli.Commands;

namespace UniRep.Cli.Tests;

/// <summary>The commands tell the library's errors with the options that help.</summary>
public sealed partial class AdviceTests
{
    private const string Table = "in.csv";

    public static TheoryData<InputError, string> InputErrors =>
        new()
        {
            { Residue('k'), "write residues in upper case, or give --upper-case to read" },
            { Residue('*'), "end the sequence there, or give --trim-stop to drop one at the end" },
            { Residue('-'), "read alignments as A2M, which drops gaps (--input-format a2m)" },
            { Residue(','), "is this a table? Then give --input-format csv" },
            {
                Residue('?'),
                "or give --on-invalid x to read it as X, or --on-invalid skip to leave"
            },
            { Residue('\a'), "U+0007 is not a residue: remove it, or give --on-invalid skip" },
            { Residue('→'), "write what it stands for, or give --on-invalid skip" },
            {
                InputError.NewUnknownFormat("a.fna"),
                "translate them first, or give --input-format to name"
            },
            {
                InputError.NewUnknownFormat("a.pdb"),
                ".tsv, each also .gz, or give --input-format to name"
            },
            { InputError.NewNoHeader(Table, 1), "a FASTA file? Otherwise give --input-format" },
            {
                InputError.NewNoStockholmHeader(Table, 1),
                "a Stockholm file? Otherwise give --input-format"
            },
            {
                InputError.NewMisnamed(Table, InputFormat.Stockholm),
                "or read it as stockholm (--input-format stockholm)"
            },
            { InputError.NewHeaderInList(Table, 2), "first header (--input-format fasta)" },
            { InputError.NewHeading(Table, "1", 1, "SEQ"), "header, or give --on-invalid skip" },
            { InputError.NewSeveralWords(Table, "1", 1), "row (--input-format csv or tsv)" },
            {
                InputError.NewNoColumn(Table, "x", ListModule.OfSeq(["a", "b"])),
                "no column 'x'; there are: a, b. Name one with --sequence-column, --id-column or --keep"
            },
            {
                InputError.NewDoubtfulColumn(Table, ListModule.OfSeq(["seq", "sequence"])),
                "seq, sequence. Name one with --sequence-column"
            },
            {
                InputError.NewOtherSeparator(Table, '\t', ','),
                "read it as CSV (--input-format csv)"
            },
            { InputError.NewOtherSeparator(Table, ',', ';'), "as TSV (--input-format tsv)" },
            {
                InputError.NewMissingSequence(Table, "a", 2, "NA"),
                "in a FASTA file; --on-invalid skip leaves such rows out"
            },
            {
                InputError.NewTooManyStates(Table, "a", 2, 9, 8),
                "leave it out (--on-invalid skip does), or do without --per-residue"
            },
        };

    [Theory]
    [MemberData(nameof(InputErrors))]
    public void An_error_of_the_input_is_told_with_an_option(InputError error, string text)
    {
        Assert.StartsWith(error.Message, Advice.Tell(error), StringComparison.Ordinal);
        Assert.Contains(text, Advice.Tell(error), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_the_output_is_told_with_an_option()
    {
        Assert.Equal(
            "a.csv: exists already: give --overwrite, or another name with -o",
            Advice.Tell(OutputError.NewAlreadyExists("a.csv"))
        );
        Assert.EndsWith(
            ".safetensors: give --format",
            Advice.Tell(OutputError.NewUnknownOutputFormat("a.h5")),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "choose one of average, final, cell and fusion with --pool",
            Advice.Tell(OutputError.NewSeveralPools(OutputFormat.Npy)),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "or give another name with -o",
            Advice.Tell(OutputError.NewBusy("a.csv")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_error_about_a_model_is_told_with_a_command()
    {
        Assert.Equal(
            "paper-64 has not been fetched yet: fetch it first, or give the path of a copy (run `unirep weights get paper-64`)",
            Advice.Tell(WeightStoreError.NewNotFetched("paper-64"))
        );
        Assert.Equal(
            "the copy of paper-64 is damaged: cut. Fetch it again: run `unirep weights get paper-64`, which fetches only what is wrong",
            Advice.Tell(WeightStoreError.NewDamagedCopy("paper-64", "cut"))
        );
    }

    [Fact]
    public void An_error_of_a_training_is_told_with_the_options_that_training_has()
    {
        var column = InputError.NewNoColumn(Table, "x", ListModule.OfSeq(["a"]));
        Assert.EndsWith(
            "there are: a. Name one with --sequence-column",
            Advice.Tell(TrainingError.NewInvalidSequences(ListModule.OfSeq([column]))),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "resume it, or give another folder (--resume resumes it, -o names a folder)",
            Advice.Tell(TrainingError.NewAlreadyTraining("out")),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "free space, then resume with --resume",
            Advice.Tell(TrainingError.NewNotWritable("out", "the disk is full")),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "(run `unirep weights get paper-64`)",
            Advice.Tell(TrainingError.NewStartModel(WeightStoreError.NewNotFetched("paper-64"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_option_that_is_advised_exists()
    {
        using var interruption = new Interruption();
        var known = CommandLine
            .Root(interruption)
            .Subcommands.SelectMany(command => command.Options)
            .Select(option => option.Name)
            .ToHashSet();
        var source = File.ReadAllText(
            Path.Combine(Repository.Root, "src/UniRep.Cli/Commands/Advice.cs")
        );
        var advised = Option().Matches(source).Select(match => match.Value).Distinct().ToList();
        Assert.InRange(advised.Count, 15, 40);
        Assert.All(advised.Except(["--accept-license"]), option => Assert.Contains(option, known));
    }

    private static InputError Residue(char symbol) =>
        InputError.NewBadResidue(Table, "a", 2, 3, new Rune(symbol));

    [GeneratedRegex("--[a-z][a-z-]*")]
    private static partial Regex Option();
}
