using System.Text.RegularExpressions;
using UniRep.Cli.Help;

namespace UniRep.Cli.Tests;

/// <summary>The documents of the repository: their links lead somewhere, their command lines can be given.</summary>
public sealed partial class DocumentsTests
{
    [Fact]
    public void Every_link_within_the_repository_leads_somewhere()
    {
        var links = Documents().SelectMany(Links).ToArray();
        Assert.True(links.Length > 50);
        Assert.Empty(links.Where(link => !Resolves(link)).Select(link => link.ToString()));
    }

    [Theory]
    [InlineData("## Two commands", "two-commands")]
    [InlineData("# From F#", "from-f")]
    [InlineData("### `get_reps`, *fit* and more", "get_reps-fit-and-more")]
    public void An_anchor_is_made_of_a_heading_as_GitHub_makes_it(string heading, string anchor) =>
        Assert.Contains(anchor, Anchors(heading));

    [Fact]
    public void Every_command_line_of_unirep_can_be_given()
    {
        using var interruption = new Interruption();
        var root = CommandLine.Root(interruption);
        var lines = Documents()
            .SelectMany(document => ShellBlock().Matches(File.ReadAllText(document)))
            .SelectMany(block => block.Groups["lines"].Value.Split('\n'))
            .Where(line => line.StartsWith("unirep ", StringComparison.Ordinal))
            .Select(line => line.Split('#')[0].Trim())
            .ToArray();
        Assert.InRange(lines.Length, 20, 200);
        Assert.All(lines, line => Assert.Empty(UsageErrors.Of(root.Parse(line.Split(' ')[1..]))));
    }

    private sealed record Link(string Document, string Target)
    {
        public override string ToString() =>
            $"{Path.GetRelativePath(Repository.Root, Document)}: {Target}";
    }

    private static IEnumerable<string> Documents()
    {
        string In(params string[] parts) => Path.Combine([Repository.Root, .. parts]);
        return
        [
            .. Directory.GetFiles(Repository.Root, "*.md"),
            .. Directory.GetFiles(In(".github"), "*.md", SearchOption.AllDirectories),
            In("eng", "README.md"),
            .. Directory.GetFiles(In("scripts"), "*.md", SearchOption.AllDirectories),
            .. Directory.GetFiles(In("weights"), "*.md"),
            .. Directory.GetFiles(In("src"), "README.md", SearchOption.AllDirectories),
            .. Directory.GetFiles(In("docs"), "*.md"),
            .. Directory.GetFiles(In("notebooks"), "*.md", SearchOption.AllDirectories),
            .. Directory.GetFiles(In("notebooks"), "*.fsx"),
        ];
    }

    /// <summary>What of a document is text: Markdown without code, or the text cells of a literate script.</summary>
    private static string Prose(string document)
    {
        var text = File.ReadAllText(document);
        var prose = document.EndsWith(".fsx", StringComparison.Ordinal)
            ? string.Join("\n", TextCell().Matches(text).Select(cell => cell.Groups["text"].Value))
            : text;
        return Fence().Replace(prose, "");
    }

    private static IEnumerable<Link> Links(string document) =>
        Target()
            .Matches(Span().Replace(Prose(document), ""))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !Elsewhere().IsMatch(target))
            .Select(target => new Link(document, target));

    private static bool Resolves(Link link)
    {
        var parts = link.Target.Split('#', 2);
        var path =
            parts[0].Length == 0
                ? link.Document
                : Path.Combine(Path.GetDirectoryName(link.Document)!, parts[0]);
        return Path.Exists(path) && (parts.Length == 1 || Anchors(Prose(path)).Contains(parts[1]));
    }

    /// <summary>The anchors of the headings: in lower case, without punctuation, with hyphens for blanks.</summary>
    private static IEnumerable<string> Anchors(string prose) =>
        Heading()
            .Matches(prose)
            .Select(match => match.Groups["title"].Value.Trim().ToLowerInvariant())
            .Select(title => Punctuation().Replace(title, "").Replace(' ', '-'));

    [GeneratedRegex(@"^\(\*\*\s(?<text>.*?)\*\)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex TextCell();

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^```sh\n(?<lines>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Span();

    [GeneratedRegex("\\]\\((?<target>[^)\\s]+)\\)|\\b(?:src|href)=\"(?<target>[^\"]+)\"")]
    private static partial Regex Target();

    [GeneratedRegex(@"^([a-z]+:|//)")]
    private static partial Regex Elsewhere();

    [GeneratedRegex("^#{1,6} (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}_ -]")]
    private static partial Regex Punctuation();
}
