using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using UniRep.Formats;

namespace UniRep.Server.Tests;

/// <summary>POST /v1/represent.</summary>
public sealed class RepresentTests
{
    private static async Task<Answer> AskAsync(TestServer server, string accept, string more = "")
    {
        var input = Requests.Array(Requests.First, Requests.Second);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/represent")
        {
            Content = new StringContent(
                $$"""{"input":{{input}},"ids":["a","b"]{{more}}}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await server.SendAsync(request);
    }

    private static float[] Singles(byte[] npy) => Npy.toSingles(Npy.parse(npy).ResultValue);

    [Fact]
    public async Task Json_holds_three_vectors_of_each_sequence()
    {
        await using var server = await TestServer.StartAsync();
        var json = (await AskAsync(server, "application/json")).Require(200).Json;
        Assert.Equal("open-256", json.GetProperty("model").GetString());
        var second = json.GetProperty("data")[1];
        var rep = Requests.RepOf(Requests.Second);
        Assert.Equal("b", second.GetProperty("id").GetString());
        Assert.Equal(20, second.GetProperty("length").GetInt32());
        Assert.Equal(rep.Average, second.GetProperty("average").Numbers());
        Assert.Equal(rep.Final, second.GetProperty("final").Numbers());
        Assert.Equal(rep.Cell, second.GetProperty("cell").Numbers());
    }

    [Fact]
    public async Task Json_holds_states_when_asked_for()
    {
        await using var server = await TestServer.StartAsync();
        var json = (await AskAsync(server, "*/*", ",\"per_residue\":true")).Require(200).Json;
        Assert.Equal(
            Requests.StatesOf(Requests.Second),
            json.GetProperty("data")[1]
                .GetProperty("states")
                .EnumerateArray()
                .Select(row => row.Numbers())
        );
    }

    [Fact]
    public async Task Npy_holds_one_vector_of_each_sequence()
    {
        await using var server = await TestServer.StartAsync();
        var answer = (
            await AskAsync(server, "application/x-npy", ",\"pooling\":\"final\"")
        ).Require(200);
        Assert.Equal("application/x-npy", answer.Header("Content-Type"));
        Assert.Equal(
            Requests.RepOf(Requests.First).Final.Concat(Requests.RepOf(Requests.Second).Final),
            Singles(answer.Body)
        );
    }

    [Fact]
    public async Task Npz_holds_the_arrays_of_the_command()
    {
        await using var server = await TestServer.StartAsync();
        var answer = (await AskAsync(server, "application/x-npz")).Require(200);
        using var archive = new ZipArchive(new MemoryStream(answer.Body));
        using var bytes = new MemoryStream();
        using (var entry = archive.GetEntry("cell.npy")!.Open())
        {
            entry.CopyTo(bytes);
        }

        Assert.Equal(
            Requests.RepOf(Requests.First).Cell.Concat(Requests.RepOf(Requests.Second).Cell),
            Singles(bytes.ToArray())
        );
        Assert.NotNull(archive.GetEntry("ids.npy"));
        Assert.NotNull(archive.GetEntry("average.npy"));
    }

    [Fact]
    public async Task Arrow_holds_a_column_for_each_vector()
    {
        await using var server = await TestServer.StartAsync();
        var answer = (
            await AskAsync(
                server,
                "application/vnd.apache.arrow.stream",
                ",\"pooling\":[\"average\",\"fusion\"]"
            )
        ).Require(200);
        using var reader = new ArrowStreamReader(new MemoryStream(answer.Body));
        using var batch = reader.ReadNextRecordBatch();
        Assert.Equal("open-256", reader.Schema.Metadata["model"]);
        Assert.Equal("b", ((StringArray)batch.Column("id")).GetString(1));
        Assert.Equal(20, ((Int32Array)batch.Column("length")).GetValue(1));
        var fusion = (FixedSizeListArray)batch.Column("fusion");
        Assert.Equal(
            RepModule.fusion(Requests.RepOf(Requests.Second)),
            ((FloatArray)fusion.GetSlicedValues(1)).Values.ToArray()
        );
    }

    [Fact]
    public async Task Arrow_holds_lists_of_states()
    {
        await using var server = await TestServer.StartAsync();
        var answer = (
            await AskAsync(server, "application/vnd.apache.arrow.stream", ",\"per_residue\":true")
        ).Require(200);
        using var reader = new ArrowStreamReader(new MemoryStream(answer.Body));
        using var batch = reader.ReadNextRecordBatch();
        var rows = (FixedSizeListArray)((ListArray)batch.Column("states")).GetSlicedValues(1);
        Assert.Equal(20, rows.Length);
        Assert.Equal(
            Requests.StatesOf(Requests.Second)[19],
            ((FloatArray)rows.GetSlicedValues(19)).Values.ToArray()
        );
    }

    [Theory]
    [InlineData("text/csv", "", 406, "not_acceptable")]
    [InlineData("application/json;q=0", "", 406, "not_acceptable")]
    [InlineData("application/x-npy", ",\"per_residue\":true", 400, "invalid_value")]
    [InlineData("application/x-npy", ",\"pooling\":[\"cell\",\"final\"]", 400, "invalid_value")]
    [InlineData("*/*", ",\"pooling\":[\"cell\",\"cell\"]", 400, "invalid_value")]
    [InlineData("*/*", ",\"pooling\":[]", 400, "invalid_value")]
    [InlineData("*/*", ",\"pooling\":[1]", 400, "invalid_value")]
    [InlineData("*/*", ",\"pooling\":\"cell\",\"per_residue\":true", 400, "invalid_value")]
    [InlineData("*/*", ",\"model\":\"other\"", 404, "model_not_found")]
    public async Task What_a_format_cannot_hold_is_refused(
        string accept,
        string more,
        int status,
        string code
    )
    {
        await using var server = await TestServer.StartAsync();
        (await AskAsync(server, accept, more)).RequireProblem(status, code);
    }

    [Fact]
    public async Task Ids_are_as_many_as_sequences()
    {
        await using var server = await TestServer.StartAsync();
        (
            await server.PostAsync("/v1/represent", """{"input":["M","K"],"ids":["one"]}""")
        ).RequireProblem(400, "invalid_value");
        var json = (await server.PostAsync("/v1/represent", """{"input":["M","K"]}"""))
            .Require(200)
            .Json;
        Assert.Equal("2", json.GetProperty("data")[1].GetProperty("id").GetString());
    }
}
