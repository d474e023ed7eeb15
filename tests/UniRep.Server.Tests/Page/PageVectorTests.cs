using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace UniRep.Server.Tests.Page;

/// <summary>The page's vectors in a browser: paste, run, download, cancel.</summary>
public sealed class PageVectorTests(Browser browser) : IClassFixture<Browser>
{
    private static async Task<float[][]> VectorsAsync(TestServer server, string pooling)
    {
        var body = JsonSerializer.Serialize(
            new
            {
                model = "open-256",
                input = PageSteps.Letters,
                pooling,
            }
        );
        var answer = (await server.PostAsync("/v1/embeddings", body)).Require(200);
        return
        [
            .. answer
                .Json.GetProperty("data")
                .EnumerateArray()
                .Select(item => item.GetProperty("embedding").Numbers()),
        ];
    }

    [Theory]
    [InlineData("average")]
    [InlineData("fusion")]
    public async Task Downloads_have_the_numbers_of_the_api(string pooling)
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        await tab.EnterAsync(PageSteps.Fasta);
        await tab.EvaluateAsync(
            $"pooling.value = '{pooling}', pooling.dispatchEvent(new Event('change'))"
        );
        await tab.RunAsync("#vectors");
        Assert.StartsWith("Done: 2 vectors", await tab.StatusAsync("#vectors"));

        var expected = await VectorsAsync(server, pooling);
        var name = $"open-256.{pooling}";
        var csv = Encoding.UTF8.GetString(await tab.DownloadAsync("#save-csv", $"{name}.csv"));
        var lines = csv.TrimEnd('\n').Split('\n');
        var columns = Enumerable.Range(0, expected[0].Length).Select(at => $"{pooling}_{at}");
        Assert.Equal("id,length," + string.Join(",", columns), lines[0]);
        Assert.StartsWith("\"first,one\",16,", lines[1]);
        Assert.Equal(expected[0], Numbers(lines[1]["\"first,one\",16,".Length..]));
        Assert.StartsWith("second,20,", lines[2]);
        Assert.Equal(expected[1], Numbers(lines[2]["second,20,".Length..]));

        var npy = await tab.DownloadAsync("#save-npy", $"{name}.npy");
        var start = npy.Length - 2 * 4 * expected[0].Length;
        Assert.Equal(0, start % 64);
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(npy, 0, 8));
        Assert.Equal(start - 10, BitConverter.ToUInt16(npy, 8));
        Assert.StartsWith(
            $"{{'descr': '<f4', 'fortran_order': False, 'shape': (2, {expected[0].Length}), }}",
            Encoding.Latin1.GetString(npy, 10, start - 10)
        );
        Assert.Equal(
            expected.SelectMany(vector => vector),
            MemoryMarshal.Cast<byte, float>(npy.AsSpan(start)).ToArray()
        );
        var ids = await tab.DownloadAsync("#save-ids", $"{name}.npy.ids.txt");
        Assert.Equal("first,one\nsecond\n", Encoding.UTF8.GetString(ids));
        tab.RequireQuiet();
    }

    [Fact]
    public async Task The_map_shows_the_sequences_beside_the_reference_and_as_a_table()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        // Ubiquitin is in the reference set too: it is its own nearest neighbour.
        await tab.EnterAsync(
            ">mine\nMQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG"
        );
        await tab.RunAsync("#vectors");
        await tab.UntilAsync("document.querySelector('#map svg')");
        var reference = (await server.GetAsync("/page/reference.fasta")).Text.Count(c => c == '>');
        Assert.InRange(reference, 24, 60);
        Assert.Equal(
            reference + 1,
            (
                await tab.EvaluateAsync("document.querySelectorAll('#map circle[cx]').length")
            ).GetInt32()
        );
        await tab.ClickAsync("#map summary");
        Assert.Equal("ubiquitin, human", await tab.TextAsync("#map tbody td"));
        await tab.EvaluateAsync("document.querySelector('#map svg').focus()");
        await tab.PressAsync("ArrowRight", 39);
        Assert.EndsWith("(well-known protein)", await tab.TextAsync("#map .readout"));
        tab.RequireQuiet();
    }

    [Fact]
    public async Task A_file_packed_with_gzip_is_read()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.fasta.gz");
        await using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            await file.WriteAsync(
                Encoding.UTF8.GetBytes("\uFEFF" + PageSteps.Fasta.Replace("\n", "\r\n")),
                TestContext.Current.CancellationToken
            );
        }

        await tab.ChooseAsync("#file-input", path);
        await tab.UntilAsync("!document.getElementById('one').disabled");
        File.Delete(path);
        Assert.Equal("2 sequences, 36 residues.", await tab.TextAsync("#input-status"));
        Assert.StartsWith("first,one (16 residues)", await tab.TextAsync("#one"));
        tab.RequireQuiet();
    }

    [Fact]
    public async Task Work_that_is_cancelled_goes_on_where_it_was()
    {
        await using var server = await TestServer.StartAsync();
        await using var tab = await browser.OpenAsync(server.Address);
        // Two requests: the second has more residues than fit with the first.
        var letters = new string('A', 15_000);
        await tab.EnterAsync($">short\nMKTAYIAK\n>a\n{letters}C\n>b\n{letters}D");
        await tab.EvaluateAsync(
            """
            window.sent = [];
            window.send = window.fetch;
            window.fetch = (path, options) => {
              const body = JSON.parse(options.body ?? "{}");
              sent.push(body.input?.length);
              return sent.length === 2 ? new Promise((_, reject) => options.signal.addEventListener("abort",
                () => reject(options.signal.reason))) : send(path, options);
            };
            """
        );
        await tab.ClickAsync("#vectors .start");
        await tab.UntilAsync(
            "document.querySelector('#vectors .done').textContent === '2 of 3 sequences done'"
        );
        await tab.ClickAsync("#vectors .cancel");
        await tab.EndAsync("#vectors");
        Assert.StartsWith("Cancelled.", await tab.StatusAsync("#vectors"));
        await tab.RunAsync("#vectors");
        Assert.StartsWith("Done: 3 vectors", await tab.StatusAsync("#vectors"));
        Assert.Equal("2,1,1", (await tab.EvaluateAsync("sent.slice(0, 3).join()")).GetString());
        tab.RequireQuiet();
    }

    private static float[] Numbers(string fields) =>
        [.. fields.Split(',').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
}
