using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace UniRep.Server.Tests.Page;

/// <summary>The page as it is sent, without a browser.</summary>
public sealed partial class PageDocumentTests
{
    [Fact]
    public async Task The_policy_allows_the_pages_own_files_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync();
        var page = (await server.GetAsync("/")).Require(200);
        Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
        Assert.Equal("blocked-destinations=(script)", page.Header("Integrity-Policy"));
        var policy = page.Header("Content-Security-Policy")!;
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.DoesNotContain("http", policy);
        Assert.DoesNotContain("data:", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("require-trusted-types-for 'script'", policy);
    }

    [Fact]
    public async Task Every_script_and_style_sheet_of_the_document_has_the_hash_of_its_file()
    {
        await using var server = await TestServer.StartAsync();
        var document = (await server.GetAsync("/")).Require(200).Text;
        var references = Reference().Matches(document);
        Assert.Equal(Scripts().Count(document), references.Count);
        foreach (Match reference in references)
        {
            var file = (await server.GetAsync("/" + reference.Groups["path"].Value)).Require(200);
            Assert.Equal(
                reference.Groups["hash"].Value,
                Convert.ToBase64String(SHA256.HashData(file.Body))
            );
        }
    }

    [Fact]
    public async Task Every_module_that_is_imported_is_in_the_document()
    {
        await using var server = await TestServer.StartAsync();
        var document = (await server.GetAsync("/")).Require(200).Text;
        var modules = Reference()
            .Matches(document)
            .Select(reference => reference.Groups["path"].Value)
            .Where(path => path.EndsWith(".js", StringComparison.Ordinal))
            .ToHashSet();
        var imported = new HashSet<string> { "page/app.js" };
        foreach (var module in modules)
        {
            var text = (await server.GetAsync("/" + module)).Require(200).Text;
            imported.UnionWith(
                Import().Matches(text).Select(match => "page/" + match.Groups[1].Value)
            );
        }

        Assert.Equal(imported.Order(), modules.Order());
    }

    [Fact]
    public async Task The_page_needs_no_key_and_is_sent_once()
    {
        var keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, "secret", TestContext.Current.CancellationToken);
        await using var server = await TestServer.StartAsync("--api-key-file", keys);
        File.Delete(keys);
        var page = (await server.GetAsync("/")).Require(200);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.TryAddWithoutValidation("If-None-Match", page.Header("ETag"));
        Assert.Empty((await server.SendAsync(again)).Require(304).Body);
    }

    [GeneratedRegex(
        """(?:href|src)="(?<path>page/[a-z]+\.(?:js|css))" integrity="sha256-(?<hash>[^"]+)"""
    )]
    private static partial Regex Reference();

    [GeneratedRegex("""<script|rel="(?:stylesheet|modulepreload)""")]
    private static partial Regex Scripts();

    [GeneratedRegex("""from "\./([a-z]+\.js)";""")]
    private static partial Regex Import();
}
